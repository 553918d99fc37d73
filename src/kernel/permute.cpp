#include "hpnas/kernel/permute.hpp"

#include <array>

#include "parallel.hpp"

namespace hpnas::kernel {
namespace {

constexpr std::size_t max_rank = 8;
/// Side of the squares in which two dimensions change places: their cache lines are used whole.
constexpr std::int64_t tile = 16;

/// A loop over elements, with its steps through both arrays.
struct Axis {
    std::int64_t size = 1, src_step = 0, dst_step = 0;
};

struct Loops {
    std::array<Axis, max_rank> outer;
    std::size_t n_outer = 0;
    Axis fast_src;  ///< neighbours in src; of size 1 if they are neighbours in dst too
    Axis fast_dst;  ///< neighbours in dst
};

Loops make_loops(std::span<const std::int64_t> sizes, std::span<const int> order) {
    std::array<std::int64_t, max_rank> src_steps{};
    std::int64_t step = 1;
    for (std::size_t i = sizes.size(); i-- > 0; step *= sizes[i]) src_steps[i] = step;
    Loops loops;
    step = 1;
    for (std::size_t i = order.size(); i-- > 0;) {
        const auto from = static_cast<std::size_t>(order[i]);
        const Axis axis{sizes[from], src_steps[from], step};
        step *= axis.size;
        if (i + 1 == order.size())
            loops.fast_dst = axis;
        else if (from + 1 == sizes.size())
            loops.fast_src = axis;
        else
            loops.outer[loops.n_outer++] = axis;
    }
    return loops;
}

void copy_tile(const Axis& a, const Axis& b, const float* src, float* dst) {
    for (std::int64_t i = 0; i < a.size; ++i)
        for (std::int64_t j = 0; j < b.size; ++j)
            dst[i * a.dst_step + j * b.dst_step] = src[i * a.src_step + j * b.src_step];
}

/// The plane of the two fast axes, tile by tile.
void copy_plane(const Loops& loops, const float* src, float* dst) {
    if (loops.fast_dst.src_step == 1 && loops.fast_src.size == 1) {
        std::copy_n(src, loops.fast_dst.size, dst);
        return;
    }
    for (std::int64_t i = 0; i < loops.fast_src.size; i += tile) {
        for (std::int64_t j = 0; j < loops.fast_dst.size; j += tile) {
            Axis a = loops.fast_src, b = loops.fast_dst;
            a.size = std::min(tile, a.size - i);
            b.size = std::min(tile, b.size - j);
            copy_tile(a, b, src + i * a.src_step + j * b.src_step, dst + i * a.dst_step + j * b.dst_step);
        }
    }
}

}  // namespace

void permute(std::span<const std::int64_t> sizes, std::span<const int> order, const float* src, float* dst) {
    const Loops loops = make_loops(sizes, order);
    std::int64_t planes = 1;
    for (std::size_t i = 0; i < loops.n_outer; ++i) planes *= loops.outer[i].size;
    const std::int64_t plane = std::max<std::int64_t>(1, loops.fast_src.size * loops.fast_dst.size);
    for_blocks(planes, std::max<std::int64_t>(1, elements_per_block / 2 / plane),
               [&](std::int64_t begin, std::int64_t end) {
                   for (std::int64_t p = begin; p < end; ++p) {
                       std::int64_t rest = p, src_at = 0, dst_at = 0;
                       for (std::size_t i = 0; i < loops.n_outer; ++i) {
                           const Axis& axis = loops.outer[i];
                           src_at += rest % axis.size * axis.src_step;
                           dst_at += rest % axis.size * axis.dst_step;
                           rest /= axis.size;
                       }
                       copy_plane(loops, src + src_at, dst + dst_at);
                   }
               });
}

}  // namespace hpnas::kernel
