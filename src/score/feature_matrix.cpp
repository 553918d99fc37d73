#include "hpnas/score/feature_matrix.hpp"

#include <algorithm>
#include <cmath>

#include "hpnas/linalg/gemm.hpp"
#include "hpnas/linalg/symmetric_eigen.hpp"

namespace hpnas {
namespace {

constexpr std::size_t n_pieces = 8;

}  // namespace

std::vector<double> transposed_product(std::span<const float> a, std::span<const float> b, std::size_t rows) {
    const std::size_t m = a.size() / rows, n = b.size() / rows, pieces = std::min(n_pieces, rows);
    std::vector<std::vector<float>> parts(pieces);
#pragma omp parallel for schedule(static)
    for (std::size_t i = 0; i < pieces; ++i) {
        const std::size_t begin = rows * i / pieces, count = rows * (i + 1) / pieces - begin;
        parts[i].resize(m * n);
        linalg::gemm({.m = m, .n = n, .k = count, .transpose_a = true}, a.subspan(begin * m, count * m),
                     b.subspan(begin * n, count * n), parts[i]);
    }
    std::vector<double> sum(m * n, 0.0);
    for (const std::vector<float>& part : parts)
        for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += part[i];
    return sum;
}

std::vector<double> covariance(std::span<const float> x, std::size_t rows) {
    const std::size_t columns = x.size() / rows;
    std::vector<double> mean(columns, 0.0);
    for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t c = 0; c < columns; ++c) mean[c] += x[r * columns + c];
    for (double& m : mean) m /= static_cast<double>(rows);
    std::vector<float> centred(x.size());
    for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t c = 0; c < columns; ++c)
            centred[r * columns + c] = static_cast<float>(x[r * columns + c] - mean[c]);
    std::vector<double> result = transposed_product(centred, centred, rows);
    for (double& value : result) value /= static_cast<double>(rows);
    return result;
}

std::vector<double> gram_singular_values(std::span<const double> a, std::size_t rows, std::size_t columns) {
    const bool tall = rows >= columns;
    const std::size_t n = std::min(rows, columns);
    std::vector<double> gram(n * n);
    linalg::gemm({.m = n, .n = n, .k = std::max(rows, columns), .transpose_a = tall, .transpose_b = !tall}, a, a, gram);
    std::vector<double> values = linalg::symmetric_eigenvalues(gram, n);
    for (double& value : values) value = std::sqrt(std::max(value, 0.0));
    return values;
}

double frobenius_norm(std::span<const float> x) {
    double sum = 0;
    for (const float value : x) sum += static_cast<double>(value) * value;
    return std::sqrt(sum);
}

}  // namespace hpnas
