#include "hpnas/latency/linear_surrogate.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "hpnas/core/error.hpp"
#include "hpnas/linalg/cholesky.hpp"

namespace hpnas {
namespace {

/// Normal equations of least squares with a column of ones behind the features: lower triangle of a, and b.
struct NormalEquations {
    std::size_t n;
    std::vector<double> a, b;
    explicit NormalEquations(const SurrogateSamples& samples) : n(samples.features + 1), a(n * n), b(n) {
        std::vector<std::pair<std::size_t, double>> row;  // one-hot points are sparse
        for (std::size_t i = 0; i < samples.size(); ++i) {
            row.clear();
            for (std::size_t j = 0; j < samples.features; ++j)
                if (const double x = samples.point(i)[j]; x != 0) row.emplace_back(j, x);
            row.emplace_back(samples.features, 1.0);
            for (std::size_t j = 0; j < row.size(); ++j) {
                for (std::size_t k = 0; k <= j; ++k)
                    a[row[j].first * n + row[k].first] += row[j].second * row[k].second;
                b[row[j].first] += row[j].second * samples.ms[i];
            }
        }
    }
};

}  // namespace

LinearSurrogate::LinearSurrogate(double offset_ms, std::vector<double> coefficients_ms)
    : offset_ms_(offset_ms), coefficients_ms_(std::move(coefficients_ms)) {
    const bool finite = std::isfinite(offset_ms_) && std::all_of(coefficients_ms_.begin(), coefficients_ms_.end(),
                                                                 [](double x) { return std::isfinite(x); });
    if (coefficients_ms_.empty() || !finite)
        throw InternalError("linear surrogate: expected finite coefficients, at least one");
}

double LinearSurrogate::do_value(std::span<const double> features) const {
    double sum = offset_ms_;
    for (std::size_t i = 0; i < features.size(); ++i) sum += coefficients_ms_[i] * features[i];
    return sum;
}

double LinearSurrogate::do_value_and_gradient(std::span<const double> features, std::span<double> gradient) const {
    std::copy(coefficients_ms_.begin(), coefficients_ms_.end(), gradient.begin());
    return do_value(features);
}

void LinearFitOptions::visit(OptionVisitor& v) {
    v.number({"penalty", "ridge penalty on the squared coefficients", 0, 1e9}, penalty);
    v.boolean({"penalise_offset", "the penalty holds for the offset too"}, penalise_offset);
}

LinearSurrogate fit_linear(const SurrogateSamples& samples, const LinearFitOptions& options) {
    check_samples(samples);
    NormalEquations equations(samples);
    const std::size_t n = equations.n;
    for (std::size_t i = 0; i < n; ++i)
        if (i + 1 < n || options.penalise_offset) equations.a[i * n + i] += options.penalty;
    linalg::cholesky_with_jitter(equations.a, n);
    linalg::solve_lower(equations.a, equations.b, n);
    linalg::solve_lower_transposed(equations.a, equations.b, n);
    const double offset = equations.b.back();
    equations.b.pop_back();
    return {offset, std::move(equations.b)};
}

}  // namespace hpnas
