#include "hpnas/space/additive_cost.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

template <class T>
std::uint32_t size32(const std::vector<T>& v) {
    return static_cast<std::uint32_t>(v.size());
}

double cost_of(std::int32_t block, std::span<const double> block_costs) {
    return block < 0 ? 0.0 : block_costs[static_cast<std::size_t>(block)];
}

}  // namespace

std::vector<double> block_costs(const Segmentation& segmentation,
                                const std::function<double(const Network& block)>& cost) {
    std::vector<double> costs(segmentation.blocks.size());
    for (std::size_t i = 0; i < costs.size(); ++i) costs[i] = cost(segmentation.network(i));
    return costs;
}

AdditiveCost::AdditiveCost(const Segmentation& segmentation, std::span<const double> block_costs) {
    if (block_costs.size() != segmentation.blocks.size())
        throw InternalError(
            fmt::format("additive cost: {} blocks, but {} costs", segmentation.blocks.size(), block_costs.size()));
    for (const Segment& segment : segmentation.segments) append(segment, block_costs);
}

void AdditiveCost::append(const Segment& segment, std::span<const double> block_costs) {
    Tables tables{};
    tables.terms_begin = size32(terms_);
    for (const Segment::Term& term : segment.configuration) {
        const auto same = std::find_if(segment.output.begin(), segment.output.end(),
                                       [&](const Segment::Term& output) { return output.slot == term.slot; });
        const std::size_t output_weight = same == segment.output.end() ? 0 : same->weight;
        terms_.push_back({static_cast<std::uint32_t>(term.slot), static_cast<std::uint32_t>(term.weight),
                          static_cast<std::uint32_t>(output_weight)});
    }
    tables.terms_end = size32(terms_);
    tables.layers = size32(layers_);
    tables.has_layers_slot = segment.layers_slot.has_value();
    tables.layers_slot = static_cast<std::uint32_t>(segment.layers_slot.value_or(0));
    for (const std::int64_t n : segment.layers) layers_.push_back(static_cast<double>(n));
    tables.entries = size32(entries_);
    tables.n_configurations = static_cast<std::uint32_t>(segment.n_configurations);
    for (std::size_t i = 0; i < segment.first.size(); ++i)
        entries_.push_back({cost_of(segment.first[i], block_costs), cost_of(segment.repeat[i], block_costs)});
    tables.next = size32(states_);
    tables.n_outputs = static_cast<std::uint32_t>(segment.n_outputs);
    for (const std::int32_t state : segment.next) states_.push_back(static_cast<std::uint32_t>(state));
    tables.skip = size32(states_);
    for (const std::int32_t state : segment.skip) states_.push_back(static_cast<std::uint32_t>(state));
    segments_.push_back(tables);
}

double AdditiveCost::operator()(std::span<const std::int16_t> x) const noexcept {
    double total = 0;
    std::uint32_t state = 0;
    for (const Tables& segment : segments_) {
        std::uint32_t configuration = 0, output = 0;
        for (std::uint32_t i = segment.terms_begin; i < segment.terms_end; ++i) {
            const Term& term = terms_[i];
            const auto choice = static_cast<std::uint32_t>(x[term.slot]);
            configuration += choice * term.configuration_weight;
            output += choice * term.output_weight;
        }
        const std::uint32_t choice = segment.has_layers_slot ? static_cast<std::uint32_t>(x[segment.layers_slot]) : 0;
        const double n = layers_[segment.layers + choice];
        const Entry& entry = entries_[segment.entries + state * segment.n_configurations + configuration];
        const bool empty = n == 0;
        total += empty ? 0.0 : entry.first + (n - 1) * entry.repeat;
        state = states_[empty ? segment.skip + state : segment.next + state * segment.n_outputs + output];
    }
    return total;
}

void AdditiveCost::operator()(std::span<const std::int16_t> rows, std::size_t slots,
                              std::span<double> costs) const noexcept {
    for (std::size_t i = 0; i < costs.size(); ++i) costs[i] = (*this)(rows.subspan(i * slots, slots));
}

}  // namespace hpnas
