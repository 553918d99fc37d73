#include "hpnas/app/trained_weights.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <unordered_map>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

std::vector<std::uint64_t> sizes_of(const Shape& shape) { return {shape.begin(), shape.end()}; }

}  // namespace

WeightsFile weights_of(const Parameters& parameters) {
    WeightsFile file;
    for (const Parameters::Entry& entry : parameters.entries()) {
        const std::span<const float> values = parameters.values(entry);
        file.tensors.push_back({entry.name, sizes_of(entry.spec.shape), {values.begin(), values.end()}});
    }
    return file;
}

void set_weights(Parameters& parameters, const WeightsFile& weights, const std::string& from) {
    std::unordered_map<std::string, const WeightTensor*> by_name;
    for (const WeightTensor& tensor : weights.tensors) by_name.emplace(tensor.name, &tensor);
    for (const Parameters::Entry& entry : parameters.entries()) {
        const auto found = by_name.find(entry.name);
        if (found == by_name.end())
            throw DataError(
                fmt::format("{}: has no tensor '{}', which the network needs: the weights are of another "
                            "network",
                            from, entry.name));
        if (found->second->sizes != sizes_of(entry.spec.shape))
            throw DataError(fmt::format("{}: '{}': expected [{}], got [{}]: the weights are of another network", from,
                                        entry.name, fmt::join(sizes_of(entry.spec.shape), ", "),
                                        fmt::join(found->second->sizes, ", ")));
        std::ranges::copy(found->second->values, parameters.values(entry).begin());
    }
}

}  // namespace hpnas
