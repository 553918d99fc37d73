#include "hpnas/score/denas_diversity.hpp"

#include <limits>
#include <span>

#include "hpnas/score/denas_domain.hpp"
#include "hpnas/score/feature_matrix.hpp"
#include "hpnas/score/probe.hpp"

namespace hpnas {
const ScoreInfo& DenasDiversity::info() const noexcept {
    static const ScoreInfo info{.name = "denas_diversity",
                                .doc = "diversity as DE-NAS 1.2 computes it, slips included"};
    return info;
}

double DenasDiversity::do_compute(ScoreProbe& probe) const {
    if (!probe.connected()) return std::numeric_limits<double>::quiet_NaN();
    const DenasDomain domain = denas_domain(probe.network());
    if (domain == DenasDomain::cnn) return 0;
    const Network network = denas_network(probe.network(), domain);
    Parameters parameters = denas_parameters(probe, network, domain);
    Executor executor(network, parameters, probe.device(), {.batch = 1, .mode = ExecutionMode::training});
    denas_backward(probe, executor, network, domain);
    double sum = 0;
    for (const DenasMatrix& matrix : denas_diversity_matrices(network, parameters, domain)) {
        const auto weight =
            std::span<const float>(parameters.values(*matrix.weight)).subspan(matrix.first, matrix.count);
        const auto gradient = executor.gradients().subspan(matrix.weight->offset + matrix.first, matrix.count);
        sum += frobenius_norm(weight) * frobenius_norm(gradient);
    }
    return sum;
}

}  // namespace hpnas
