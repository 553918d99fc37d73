#include "hpnas/train/tree_sum.hpp"

#include <fmt/format.h>

#include <bit>
#include <utility>

#include "hpnas/core/error.hpp"

namespace hpnas {

TreeSum::TreeSum(TrainingRanks ranks, std::int64_t n_leaves, std::size_t size)
    : ranks_(std::move(ranks)), n_leaves_(n_leaves), size_(size) {
    if (n_leaves_ < ranks_.count)
        throw InternalError(fmt::format("tree sum: {} arrays for {} ranks", n_leaves_, ranks_.count));
}

void TreeSum::run(const Leaf& leaf, std::span<float> dst) { sum(0, n_leaves_, leaf, dst, 0); }

void TreeSum::sum(std::int64_t begin, std::int64_t end, const Leaf& leaf, std::span<float> dst, std::size_t depth) {
    if (!mine(begin, end)) return;
    if (end - begin == 1) return leaf(begin, dst);
    const std::int64_t middle =
        begin + static_cast<std::int64_t>(std::bit_floor(static_cast<std::uint64_t>(end - begin - 1)));
    sum(begin, middle, leaf, dst, depth + 1);
    if (scratch_.size() <= depth) scratch_.resize(depth + 1);
    scratch_[depth].resize(size_);
    const std::span<float> right(scratch_[depth]);
    sum(middle, end, leaf, right, depth + 1);
    const std::int64_t left_owner = owner(begin), right_owner = owner(middle);
    if (ranks_.rank == left_owner) {
        if (right_owner != left_owner) ranks_.receive(right_owner, right);
#pragma omp parallel for simd schedule(static)
        for (std::size_t i = 0; i < size_; ++i) dst[i] += right[i];
    } else if (ranks_.rank == right_owner) {
        ranks_.send(left_owner, right);
    }
}

}  // namespace hpnas
