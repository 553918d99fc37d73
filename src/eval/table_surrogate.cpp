#include "hpnas/eval/table_surrogate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "hpnas/core/error.hpp"
#include "hpnas/eval/block_tasks.hpp"

namespace hpnas {
namespace {

/// One segment in the one state that reaches it.
class SegmentCost {
public:
    SegmentCost(const Segment& segment, std::size_t state, std::span<const double> block_costs)
        : segment_(segment), state_(state), block_costs_(block_costs) {
        std::set<std::size_t> slots;
        for (const Segment::Term& term : segment.configuration) slots.insert(term.slot);
        if (segment.layers_slot) slots.insert(*segment.layers_slot);
        slots_.assign(slots.begin(), slots.end());
    }
    const std::vector<std::size_t>& slots() const noexcept { return slots_; }

    /// @param x  choices of all slots of the space; only the segment's own matter
    double operator()(const Encoding& x) const {
        std::size_t configuration = 0;
        for (const Segment::Term& term : segment_.configuration)
            configuration += static_cast<std::size_t>(x[term.slot]) * term.weight;
        const std::size_t at = state_ * segment_.n_configurations + configuration;
        const std::size_t choice = segment_.layers_slot ? static_cast<std::size_t>(x[*segment_.layers_slot]) : 0;
        const std::int64_t layers = segment_.layers[choice];
        if (layers == 0) return 0;
        return cost(segment_.first[at]) +
               (layers > 1 ? static_cast<double>(layers - 1) * cost(segment_.repeat[at]) : 0);
    }

private:
    double cost(std::int32_t block) const { return block < 0 ? 0 : block_costs_[static_cast<std::size_t>(block)]; }

    const Segment& segment_;
    std::size_t state_;
    std::span<const double> block_costs_;
    std::vector<std::size_t> slots_;
};

/// The only state that leaves a segment entered in `state`; nothing if choices lead to several.
std::optional<std::size_t> only_next(const Segment& segment, std::size_t state) {
    std::set<std::int32_t> next;
    const auto row = segment.next.begin() + static_cast<std::ptrdiff_t>(state * segment.n_outputs);
    const bool stays = std::any_of(segment.layers.begin(), segment.layers.end(), [](std::int64_t n) { return n > 0; });
    const bool skips = std::any_of(segment.layers.begin(), segment.layers.end(), [](std::int64_t n) { return n == 0; });
    if (stays) next.insert(row, row + static_cast<std::ptrdiff_t>(segment.n_outputs));
    if (skips) next.insert(segment.skip[state]);
    next.erase(-1);  // no network goes that way
    if (next.size() != 1) return std::nullopt;
    return static_cast<std::size_t>(*next.begin());
}

/// Steps to the next combination of the slots' choices. @return false after the last one
bool advance(Encoding& x, const std::vector<std::size_t>& slots, const ChoiceGroups& groups) {
    for (const std::size_t slot : slots) {
        if (static_cast<std::size_t>(++x[slot]) < groups.size(slot)) return true;
        x[slot] = 0;
    }
    return false;
}

/// Adds the segment's cost to offset and coefficients. @return false if its choices do not add up
bool add_segment(const SegmentCost& cost, const ChoiceGroups& groups, double& offset,
                 std::vector<double>& coefficients) {
    Encoding x(groups.count(), 0);
    const double base = cost(x);
    const std::vector<std::size_t>& slots = cost.slots();
    std::vector<double> own(groups.total(), 0.0);
    // One slot alone decides: its options cost what their blocks cost. Of several, each adds its difference to `base`.
    const double taken_off = slots.size() == 1 ? 0 : base;
    for (const std::size_t slot : slots) {
        for (std::size_t c = 0; c < groups.size(slot); ++c) {
            x[slot] = static_cast<std::int16_t>(c);
            own[groups.offset(slot) + c] = cost(x) - taken_off;
        }
        x[slot] = 0;
    }
    do {
        double sum = taken_off;
        for (const std::size_t slot : slots) sum += own[groups.offset(slot) + static_cast<std::size_t>(x[slot])];
        const double expected = cost(x);
        if (std::abs(sum - expected) > 1e-12 * (std::abs(expected) + std::abs(base))) return false;
    } while (advance(x, slots, groups));
    offset += taken_off;
    for (std::size_t i = 0; i < own.size(); ++i) coefficients[i] += own[i];
    return true;
}

}  // namespace

std::optional<LinearSurrogate> additive_surrogate(const Segmentation& segmentation, const ChoiceGroups& groups,
                                                  std::span<const double> block_costs) {
    if (block_costs.size() != segmentation.blocks.size())
        throw InternalError(fmt::format("additive surrogate: expected {} costs, got {}", segmentation.blocks.size(),
                                        block_costs.size()));
    double offset = 0;
    std::vector<double> coefficients(groups.total(), 0.0);
    std::size_t state = 0;
    for (const Segment& segment : segmentation.segments) {
        if (!add_segment(SegmentCost(segment, state, block_costs), groups, offset, coefficients)) return std::nullopt;
        if (&segment == &segmentation.segments.back()) break;
        const auto next = only_next(segment, state);
        if (!next) return std::nullopt;
        state = *next;
    }
    return LinearSurrogate(offset, std::move(coefficients));
}

std::optional<LinearSurrogate> table_surrogate(const Segmentation& segmentation, const ChoiceGroups& groups,
                                               const LatencyTable& table) {
    std::vector<double> costs;
    for (const BlockKey& block : segmentation.blocks) {
        const Timing* timing = table.find(table_key(block));
        if (timing == nullptr)
            throw StoreError(fmt::format("latency table: no entry for {}", to_string(table_key(block))),
                             ExitCode::data);
        costs.push_back(timing->median_ms);
    }
    const auto sum = additive_surrogate(segmentation, groups, costs);
    if (!sum || !table.calibration) return sum;
    std::vector<double> coefficients = sum->coefficients_ms();
    for (double& c : coefficients) c *= table.calibration->slope;
    return LinearSurrogate(table.calibration->offset_ms + table.calibration->slope * sum->offset_ms(),
                           std::move(coefficients));
}

}  // namespace hpnas
