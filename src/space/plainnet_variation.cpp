#include "hpnas/space/plainnet_variation.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

namespace hpnas {
namespace {

constexpr int max_draws = 50;

std::int64_t rounded_to_8(double channels) {
    // std::nearbyint: ties to even, as the published code rounds.
    const double clamped = std::clamp(channels, 8.0, 2048.0);
    return std::max<std::int64_t>(8, static_cast<std::int64_t>(std::nearbyint(clamped / 8)) * 8);
}

std::vector<std::int64_t> student_layers(std::int64_t layers) {
    std::vector<std::int64_t> result;
    for (std::int64_t n = std::max<std::int64_t>(1, layers - 2); n <= layers + 2; ++n) result.push_back(n);
    return result;
}

std::vector<std::size_t> student_types(std::size_t type) {
    const auto types = super_block_types();
    const bool inverted = types[type].kind == UnitKind::inverted;
    std::vector<std::size_t> result;
    for (std::size_t i = 0; i < types.size(); ++i)
        if (types[i].kind != UnitKind::conv && (types[i].kind == UnitKind::inverted) == inverted) result.push_back(i);
    return result;
}

/// What each prefix of a structure divides the resolution by; [size + 1].
std::vector<std::int64_t> strides_before(const Structure& structure) {
    std::vector<std::int64_t> result{1};
    for (const SuperBlock& block : structure) result.push_back(result.back() * block.stride);
    return result;
}

/// Pairs of lengths of a prefix of each structure that divide the resolution by as much; neither empty nor whole.
std::vector<std::pair<std::size_t, std::size_t>> common_cuts(const Structure& a, const Structure& b) {
    const std::vector<std::int64_t> of_a = strides_before(a), of_b = strides_before(b);
    std::vector<std::pair<std::size_t, std::size_t>> cuts;
    for (std::size_t i = 1; i < a.size(); ++i)
        for (std::size_t j = 1; j < b.size(); ++j)
            if (of_a[i] == of_b[j]) cuts.emplace_back(i, j);
    return cuts;
}

}  // namespace

const Structure& denas_master() {
    static const Structure master = structure_from_text(
        "SuperConvK3BNRELU(3,8,1,1)SuperResK3K3(8,16,1,8,1)SuperResK3K3(16,32,2,16,1)SuperResK3K3(32,64,2,32,1)"
        "SuperResK3K3(64,64,2,32,1)SuperConvK1BNRELU(64,128,1,1)",
        3);
    return master;
}

std::vector<std::int64_t> student_channels(std::int64_t channels) {
    const auto c = static_cast<double>(channels);
    std::vector<std::int64_t> result;
    for (const double width : {2.5 * c, 2 * c, 1.5 * c, 1.25 * c, c, c / 1.25, c / 1.5, c / 2, c / 2.5})
        result.push_back(rounded_to_8(width));
    result.erase(std::unique(result.begin(), result.end()), result.end());  // they descend
    return result;
}

std::vector<SuperBlock> students(const SuperBlock& block) {
    std::vector<SuperBlock> result;
    const std::vector<std::int64_t> outs = student_channels(block.out);
    if (super_block_types()[block.type].kind == UnitKind::conv) {
        for (const std::int64_t out : outs) result.push_back({block.type, out, block.stride, 0, block.layers});
        return result;
    }
    const std::vector<std::int64_t> bottlenecks = student_channels(block.bottleneck);
    const std::vector<std::int64_t> layers = student_layers(block.layers);
    for (const std::size_t type : student_types(block.type))
        for (const std::int64_t out : outs)
            for (const std::int64_t n : layers)
                for (const std::int64_t bottleneck : bottlenecks)
                    result.push_back({type, out, block.stride, bottleneck, n});
    return result;
}

Structure with_splits(const Structure& structure) {
    constexpr std::int64_t first_layers = 3;
    Structure result;
    for (SuperBlock block : structure) {
        while (super_block_types()[block.type].kind != UnitKind::conv && block.layers >= 2 * first_layers) {
            SuperBlock front = block;
            front.layers = first_layers;
            result.push_back(front);
            block.stride = 1;
            block.layers -= first_layers;
        }
        result.push_back(block);
    }
    return result;
}

Structure with_replacements(const Structure& structure, std::int64_t n,
                            const std::function<bool(const Structure&)>& fits, Rng& rng) {
    Structure result = structure;
    std::vector<std::size_t> left(structure.size());
    std::iota(left.begin(), left.end(), std::size_t{0});
    for (; n > 0 && !left.empty(); --n) {
        const auto pick = static_cast<std::ptrdiff_t>(rng.below(left.size()));
        SuperBlock& block = result[left[static_cast<std::size_t>(pick)]];
        left.erase(left.begin() + pick);
        const SuperBlock before = block;
        const std::vector<SuperBlock> choices = students(before);
        for (int draw = 0; draw <= max_draws; ++draw) {
            block = draw < max_draws ? choices[rng.below(choices.size())] : before;
            if (fits(with_splits(result))) break;
        }
    }
    return with_splits(result);
}

std::optional<Structure> spliced(const Structure& a, const Structure& b,
                                 const std::function<bool(const Structure&)>& fits, Rng& rng) {
    if (a == b) return std::nullopt;  // a shifted copy of its own blocks would be no recombination
    const auto cuts = common_cuts(a, b);
    for (int draw = 0; draw < max_draws && !cuts.empty(); ++draw) {
        auto [cut_a, cut_b] = cuts[rng.below(cuts.size())];
        const bool swapped = rng.below(2) == 1;
        const Structure &front = swapped ? b : a, &back = swapped ? a : b;
        if (swapped) std::swap(cut_a, cut_b);
        Structure child(front.begin(), front.begin() + static_cast<std::ptrdiff_t>(cut_a));
        child.insert(child.end(), back.begin() + static_cast<std::ptrdiff_t>(cut_b), back.end());
        if (child != a && child != b && fits(child)) return child;
    }
    return std::nullopt;
}

}  // namespace hpnas
