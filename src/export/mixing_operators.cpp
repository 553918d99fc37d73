#include <cmath>
#include <numbers>

#include "hpnas/op/dynamic_convolution.hpp"
#include "hpnas/op/fourier_mixing.hpp"
#include "hpnas/op/token_convolution.hpp"
#include "translation.hpp"

namespace hpnas {
namespace {

std::string transposed(const Translation& t, const std::string& x, std::vector<std::int64_t> order) {
    return t.add("Transpose", {x}, {{"perm", std::move(order)}});
}

/// [size, size] of f(row, column).
template <class F>
std::string matrix(const Translation& t, std::int64_t size, F f) {
    std::vector<float> values;
    for (std::int64_t i = 0; i < size; ++i)
        for (std::int64_t j = 0; j < size; ++j) values.push_back(static_cast<float>(f(i, j)));
    const std::vector<std::int64_t> sizes{size, size};
    return t.graph().constant(sizes, std::span<const float>(values));
}

/// The real part of exp(-2 pi i row column / size), or minus the imaginary one, divided by sqrt(size).
std::string fourier_matrix(const Translation& t, std::int64_t size, bool sine) {
    const auto n = static_cast<double>(size);
    return matrix(t, size, [&](std::int64_t i, std::int64_t j) {
        const double angle = 2 * std::numbers::pi * static_cast<double>(i * j % size) / n;
        return (sine ? std::sin(angle) : std::cos(angle)) / std::sqrt(n);
    });
}

/// The orthogonal DCT-II: row = frequency. @param swap  transposed
std::string cosine_matrix(const Translation& t, std::int64_t size, bool swap) {
    const auto n = static_cast<double>(size);
    return matrix(t, size, [&](std::int64_t i, std::int64_t j) {
        const std::int64_t frequency = swap ? j : i, at = swap ? i : j;
        return std::sqrt((frequency == 0 ? 1 : 2) / n) *
               std::cos(std::numbers::pi * static_cast<double>((2 * at + 1) * frequency) / (2 * n));
    });
}

/// Windows of `kernel` tokens around each token, zeros beyond the ends: [N, L, kernel, C].
std::string windows(const Translation& t, std::int64_t kernel) {
    GraphWriter& graph = t.graph();
    const std::int64_t tokens = t.shape()[0], half = kernel / 2;
    const std::vector<std::int64_t> pads{0, half, 0, 0, half, 0}, sizes{tokens, kernel};
    const std::string padded = t.add("Pad", {t.plain(0), graph.list(pads)});
    std::vector<std::int64_t> index;
    for (std::int64_t l = 0; l < tokens; ++l)
        for (std::int64_t j = 0; j < kernel; ++j) index.push_back(l + j);
    return t.add("Gather", {padded, graph.constant(sizes, std::span<const std::int64_t>(index))},
                 {{"axis", std::int64_t{1}}});
}

}  // namespace

OnnxValue translate_token_convolution(const Translation& t) {
    const std::int64_t kernel = t.op<TokenConvolution>().attributes().kernel, channels = t.shape()[1];
    const std::span<const float> weight = t.values("weight");
    std::vector<float> rows(weight.size());  // [kernel, C] to [C, 1, kernel]
    for (std::int64_t j = 0; j < kernel; ++j)
        for (std::int64_t c = 0; c < channels; ++c)
            rows[static_cast<std::size_t>(c * kernel + j)] = weight[static_cast<std::size_t>(j * channels + c)];
    const std::string y =
        t.add("Conv", {transposed(t, t.plain(), {0, 2, 1}), t.parameter("weight", {channels, 1, kernel}, rows)},
              {{"kernel_shape", std::vector<std::int64_t>{kernel}},
               {"pads", std::vector<std::int64_t>{kernel / 2, kernel / 2}},
               {"group", channels}});
    return t.plain_result(transposed(t, y, {0, 2, 1}));
}

/// Per token and head: [1, kernel] weights times a window [kernel, D].
OnnxValue translate_dynamic_convolution(const Translation& t) {
    const DynamicConvolutionAttributes& a = t.op<DynamicConvolution>().attributes();
    const std::int64_t tokens = t.shape()[0], channels = t.shape()[1], dim = channels / a.heads;
    const std::string values =
        transposed(t, t.reshaped(windows(t, a.kernel), {tokens, a.kernel, a.heads, dim}), {0, 1, 3, 2, 4});
    const std::string weights =
        t.add("Softmax", {t.reshaped(t.plain(1), {tokens, a.heads, 1, a.kernel})}, {{"axis", std::int64_t{-1}}});
    return t.plain_result(t.reshaped(t.add("MatMul", {weights, values}), {tokens, channels}));
}

OnnxValue translate_fourier_mixing(const Translation& t) {
    const std::int64_t tokens = t.shape()[0], channels = t.shape()[1];
    const std::string x = t.plain();
    const auto product = [&](const std::string& a, const std::string& b) { return t.add("MatMul", {a, b}); };
    if (t.op<FourierMixing>().attributes().kind == "dct")
        return t.plain_result(product(cosine_matrix(t, tokens, false), product(x, cosine_matrix(t, channels, true))));
    // Re(F_L x F_C) = C_L x C_C - S_L x S_C
    const auto part = [&](bool sine) {
        return product(fourier_matrix(t, tokens, sine), product(x, fourier_matrix(t, channels, sine)));
    };
    return t.plain_result(t.add("Sub", {part(false), part(true)}));
}

}  // namespace hpnas
