#include "hpnas/train/deploy.hpp"

#include <algorithm>
#include <map>

#include "hpnas/core/error.hpp"
#include "hpnas/graph/passes.hpp"
#include "hpnas/kernel/batch_norm.hpp"

namespace hpnas {
namespace {

const Parameters::Entry& entry_of(const Parameters& parameters, const std::string& name) {
    const Parameters::Entry* entry = parameters.find(name);
    if (entry == nullptr) throw InternalError("deploy: the parameters are not this network's: no '" + name + "'");
    return *entry;
}

const float* values_of(const Parameters& parameters, const std::string& name) {
    return parameters.values(entry_of(parameters, name)).data();
}

void fold(const FoldedNorm& folded, const Parameters& from, Parameters& to) {
    const Parameters::Entry& weight = entry_of(to, folded.node + ".weight");
    const std::span<float> bias = to.values(entry_of(to, folded.node + ".bias"));
    const auto channels = static_cast<std::int64_t>(bias.size());
    const std::vector<float> ones(bias.size(), 1.0F), zeros(bias.size(), 0.0F);
    kernel::BatchNormFold norm;
    norm.gamma = folded.attributes.affine ? values_of(from, folded.norm + ".weight") : ones.data();
    norm.beta = folded.attributes.affine ? values_of(from, folded.norm + ".bias") : zeros.data();
    norm.running_mean = values_of(from, folded.norm + ".running_mean");
    norm.running_variance = values_of(from, folded.norm + ".running_var");
    norm.epsilon = static_cast<float>(folded.attributes.eps);
    kernel::fold_batch_norm(norm, to.values(weight).data(), bias.data(), channels,
                            weight.spec.shape.count() / channels);
}

}  // namespace

Deployed deploy(const Network& network, const Parameters& parameters) {
    std::vector<FoldedNorm> folded;
    Network structure = fold_for_inference(network, &folded);
    Parameters values(structure);
    for (const Parameters::Entry& entry : values.entries()) {
        // A bias that exists only because a norm was folded starts at zero.
        const Parameters::Entry* source = parameters.find(entry.name);
        if (source != nullptr) std::ranges::copy(parameters.values(*source), values.values(entry).begin());
    }
    for (const FoldedNorm& norm : folded) fold(norm, parameters, values);
    return {std::move(structure), std::move(values)};
}

}  // namespace hpnas
