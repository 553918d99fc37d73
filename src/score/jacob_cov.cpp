#include "hpnas/score/jacob_cov.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "hpnas/linalg/gemm.hpp"
#include "hpnas/linalg/symmetric_eigen.hpp"
#include "hpnas/score/frozen_pass.hpp"
#include "hpnas/score/training_pass.hpp"

namespace hpnas {
namespace {

/// Rows minus their mean, over their norm. @return false if a row is constant or not finite
bool normalize(std::vector<double>& rows, std::size_t n, std::size_t width) {
    for (std::size_t i = 0; i < n; ++i) {
        const std::span<double> row = std::span(rows).subspan(i * width, width);
        double sum = 0, squares = 0, largest = 0;
        for (const double value : row) sum += value;
        const double mean = sum / static_cast<double>(width);
        for (double& value : row) {
            largest = std::max(largest, std::abs(value));
            value -= mean;
            squares += value * value;
        }
        const double norm = std::sqrt(squares);
        // Below: rounding of float32 values that are all the same.
        if (!(norm > 1e-7 * largest * std::sqrt(static_cast<double>(width)))) return false;
        for (double& value : row) value /= norm;
    }
    return true;
}

/// d(sum of all logits of the batch) / dx, through the statistics too.
std::vector<float> coupled_gradients(TrainingPass& pass, const Network& network) {
    Executor& executor = pass.executor();
    for (std::size_t i = 0; i < network.outputs().size(); ++i) {
        std::ranges::fill(executor.output_gradient(i), i == 0 ? 1.0F : 0.0F);
    }
    executor.backward();
    return {executor.input_gradient().begin(), executor.input_gradient().end()};
}

}  // namespace

void JacobCovOptions::visit(OptionVisitor& v) {
    v.boolean({"coupled", "differentiate through the batch's statistics too, as published"}, coupled);
}

const ScoreInfo& JacobCov::info() const noexcept {
    static const ScoreInfo info{.name = "jacob_cov",
                                .doc =
                                    "- sum ln(lambda + k) + 1 / (lambda + k), eigenvalues of the input gradients' "
                                    "correlations (Mellor et al.)"};
    return info;
}

double jacobian_covariance(const std::vector<float>& rows, std::int64_t n) {
    const auto count = static_cast<std::size_t>(n);
    const std::size_t width = rows.size() / count;
    std::vector<double> normal(rows.begin(), rows.end());
    if (width == 0 || !normalize(normal, count, width)) return std::numeric_limits<double>::quiet_NaN();
    std::vector<double> correlation(count * count);
    linalg::gemm(linalg::Gemm<double>{count, count, width, false, true}, normal, normal, correlation);
    constexpr double k = 1e-5;
    double sum = 0;
    for (const double value : linalg::symmetric_eigenvalues(correlation, count)) {
        const double shifted = std::max(value, 0.0) + k;
        sum += std::log(shifted) + 1 / shifted;
    }
    return -sum;
}

double JacobCov::do_compute(ScoreProbe& probe) const {
    if (!probe.connected()) return std::numeric_limits<double>::quiet_NaN();
    const std::vector<float> rows = options_.coupled ? coupled_gradients(probe.pass<TrainingPass>(), probe.network())
                                                     : probe.pass<FrozenPass>().input_gradients();
    return jacobian_covariance(rows, probe.settings().batch);
}

}  // namespace hpnas
