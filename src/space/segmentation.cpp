#include "hpnas/space/segmentation.hpp"

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

std::size_t number(const std::vector<Segment::Term>& terms, const std::vector<std::int16_t>& x) {
    std::size_t sum = 0;
    for (const Segment::Term& term : terms) sum += static_cast<std::size_t>(x[term.slot]) * term.weight;
    return sum;
}

std::size_t block_index(std::int32_t index) {
    if (index < 0) throw InternalError("segmentation: a path leads through a block that does not exist");
    return static_cast<std::size_t>(index);
}

}  // namespace

std::vector<std::size_t> blocks_of(const Segmentation& segmentation, const std::vector<std::int16_t>& x) {
    std::vector<std::size_t> path;
    std::size_t state = 0;
    for (const Segment& segment : segmentation.segments) {
        const std::size_t at = state * segment.n_configurations + number(segment.configuration, x);
        const std::int64_t layers =
            segment.layers[segment.layers_slot ? static_cast<std::size_t>(x[*segment.layers_slot]) : 0];
        if (layers > 0 && segment.first[at] >= 0) path.push_back(static_cast<std::size_t>(segment.first[at]));
        for (std::int64_t i = 1; i < layers; ++i) path.push_back(block_index(segment.repeat[at]));
        const std::int32_t next =
            layers > 0 ? segment.next[state * segment.n_outputs + number(segment.output, x)] : segment.skip[state];
        state = block_index(next);
    }
    return path;
}

}  // namespace hpnas
