#include "hpnas/score/naswot.hpp"

#include <cmath>
#include <limits>

#include "hpnas/linalg/cholesky.hpp"
#include "hpnas/score/training_pass.hpp"

namespace hpnas {

const ScoreInfo& Naswot::info() const noexcept {
    static const ScoreInfo info{
        .name = "naswot", .doc = "ln det of the samples' numbers of equal ReLU states (Mellor et al., ICML 2021)"};
    return info;
}

double Naswot::do_compute(ScoreProbe& probe) const {
    constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
    if (!probe.connected()) return undefined;
    auto& pass = probe.pass<TrainingPass>();
    std::vector<double> kernel = pass.relu_agreement();
    const auto n = static_cast<std::size_t>(probe.settings().batch);
    if (pass.n_relu_units() == 0 || !linalg::cholesky(kernel, n)) return undefined;
    double sum = 0, least = kernel[0];
    for (std::size_t i = 0; i < n; ++i) {
        sum += 2 * std::log(kernel[i * n + i]);
        least = std::min(least, kernel[i * n + i]);
    }
    // K holds whole numbers. A pivot this small is rounding in the place of 0: equal patterns.
    const bool singular = least * least < 1e-12 * pass.n_relu_units() * static_cast<double>(n);
    return singular ? undefined : sum;
}

}  // namespace hpnas
