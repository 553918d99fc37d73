#include "hpnas/score/denas_condition.hpp"

#include <algorithm>
#include <limits>

#include "hpnas/score/denas_domain.hpp"
#include "hpnas/score/ntk.hpp"
#include "hpnas/score/probe.hpp"

namespace hpnas {

const ScoreInfo& DenasCondition::info() const noexcept {
    static const ScoreInfo info{.name = "denas_condition",
                                .larger_is_better = false,
                                .doc = "condition number of the neural tangent kernel as DE-NAS 1.2 computes it"};
    return info;
}

double DenasCondition::do_compute(ScoreProbe& probe) const {
    if (!probe.connected()) return std::numeric_limits<double>::quiet_NaN();
    const DenasDomain domain = denas_domain(probe.network());
    const Network network = denas_network(probe.network(), domain);
    const Parameters drawn = denas_parameters(probe, network, domain);
    ProbeSettings settings{.batch = 64, .seed = probe.settings().seed, .classes = probe.settings().classes};
    settings.weights = [&drawn](Parameters& to) { std::ranges::copy(drawn.all(), to.all().begin()); };
    ScoreProbe own(network, probe.device(), settings);
    return Ntk({.coupled = true, .norm_scales = true}).compute(own).value_or(std::numeric_limits<double>::quiet_NaN());
}

}  // namespace hpnas
