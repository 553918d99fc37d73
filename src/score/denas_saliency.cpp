#include "hpnas/score/denas_saliency.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "hpnas/score/denas_domain.hpp"
#include "hpnas/score/probe.hpp"

namespace hpnas {
namespace {

void take_magnitudes(const Network& network, Parameters& parameters, DenasDomain domain) {
    const auto untouched = denas_untouched_weights(network, parameters, domain);
    for (const Parameters::Entry& entry : parameters.entries()) {
        if (std::ranges::find(untouched, &entry) != untouched.end()) continue;
        for (float& value : parameters.values(entry)) value = std::abs(value);
    }
}

}  // namespace

const ScoreInfo& DenasSaliency::info() const noexcept {
    static const ScoreInfo info{.name = "denas_saliency", .doc = "saliency as DE-NAS 1.2 computes it, slips included"};
    return info;
}

double DenasSaliency::do_compute(ScoreProbe& probe) const {
    if (!probe.connected()) return std::numeric_limits<double>::quiet_NaN();
    const DenasDomain domain = denas_domain(probe.network());
    const Network network = denas_network(probe.network(), domain);
    Parameters parameters = denas_parameters(probe, network, domain);
    take_magnitudes(network, parameters, domain);
    Executor executor(network, parameters, probe.device(), {.batch = 1, .mode = ExecutionMode::training});
    denas_backward(probe, executor, network, domain);
    double sum = 0;
    for (const DenasMatrix& matrix : denas_saliency_matrices(network, parameters, domain)) {
        const std::span<const float> weight = parameters.values(*matrix.weight);
        const std::span<const float> gradient = executor.gradients().subspan(matrix.weight->offset, weight.size());
        double layer = 0;
        for (std::size_t i = 0; i < weight.size(); ++i) layer += std::abs(static_cast<double>(weight[i]) * gradient[i]);
        sum += matrix.times * layer / static_cast<double>(matrix.rows);
    }
    return sum;
}

}  // namespace hpnas
