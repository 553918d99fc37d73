#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace hpnas {

/// The ranks that train one network together; one alone by default. All functions are needed if count > 1; every rank
/// calls the collective ones in the same order.
struct TrainingRanks {
    std::int64_t rank = 0, count = 1;
    std::function<void(std::int64_t to, std::span<const float>)> send{};  ///< copies and returns at once
    std::function<void(std::int64_t from, std::span<float>)>
        receive{};                                      ///< waits; in the order in which they were sent
    std::function<void(std::span<float>)> broadcast{};  ///< collective: rank 0's values everywhere
    std::function<void(std::span<double>)> add{};       ///< collective: sum over the ranks everywhere
};

/// Sums arrays that several ranks compute, in an order that depends on their number only: halves (the first one a power
/// of two long) are summed, then added. So the sum has the same bits whichever rank computes which array, and a rank
/// sends about one array however many it computes. Ranks compute runs of consecutive arrays.
class TreeSum {
public:
    /// Computes array number `leaf` into `dst` [size], which it overwrites.
    using Leaf = std::function<void(std::int64_t leaf, std::span<float> dst)>;

    /// @param n_leaves  at least ranks.count   @param size  of every array
    TreeSum(TrainingRanks ranks, std::int64_t n_leaves, std::size_t size);

    /// Collective. @param dst [size]  the sum on rank 0, scratch on the others
    void run(const Leaf& leaf, std::span<float> dst);
    /// The rank that computes an array.
    std::int64_t owner(std::int64_t leaf) const noexcept { return ((leaf + 1) * ranks_.count - 1) / n_leaves_; }

private:
    /// Leaves [begin, end) of the tree; the rank that owns `begin` gets their sum.
    void sum(std::int64_t begin, std::int64_t end, const Leaf& leaf, std::span<float> dst, std::size_t depth);
    bool mine(std::int64_t begin, std::int64_t end) const noexcept {
        return owner(begin) <= ranks_.rank && ranks_.rank <= owner(end - 1);
    }

    TrainingRanks ranks_;
    std::int64_t n_leaves_;
    std::size_t size_;
    std::vector<std::vector<float>> scratch_;  // one per level of the tree, of a right half
};

}  // namespace hpnas
