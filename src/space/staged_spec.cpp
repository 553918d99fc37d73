#include "hpnas/space/staged_spec.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace hpnas {
namespace {

std::int64_t integer_at(const Attribute& attribute, const Encoding& x) { return std::llround(attribute.at(x)); }

}  // namespace

std::span<const Activation> staged_activations() noexcept {
    static constexpr std::array all{Activation::relu, Activation::swish};
    return all;
}

std::int64_t stage_filters(const StagedSpec& spec, std::size_t stage, const Encoding& x) {
    const StageSpec& own = spec.stages[stage];
    return integer_at(own.filters_of ? spec.stages[*own.filters_of].filters : own.filters, x);
}

BlockSpec stage_block(const StagedSpec& spec, std::size_t stage, const Encoding& x, std::int64_t input_channels,
                      bool first) {
    const StageSpec& own = spec.stages[stage];
    BlockSpec block;
    block.kind = own.block;
    block.kernel = integer_at(own.kernel, x);
    block.stride = first ? own.stride : 1;
    block.convs = own.convs;
    block.out = stage_filters(spec, stage, x);
    block.activation = staged_activations()[static_cast<std::size_t>(own.activation.at(x))];
    block.bn_eps = spec.bn_eps;
    if (own.block == BlockKind::conv) return block;
    if (own.block == BlockKind::fused_irb && block.stride > 1 && spec.as_built) block.padding = 0;
    const auto channels = static_cast<double>(input_channels);
    block.mid = rounded_channels(channels * own.expansion.at(x), spec.round_to);
    if (own.se.at(x) != 0) block.se = std::max<std::int64_t>(1, std::llround(channels * spec.se_ratio));
    return block;
}

BlockSpec head_block(const StagedSpec& spec, std::int64_t classes) {
    BlockSpec block;
    block.kind = BlockKind::head;
    block.mid = spec.head.filters;
    block.features = spec.head.features;
    block.out = classes;
    block.activation = spec.head.activation;
    block.bn_eps = spec.bn_eps;
    block.dropout = spec.head.dropout;
    return block;
}

}  // namespace hpnas
