#include "hpnas/data/epoch_order.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "hpnas/core/error.hpp"
#include "hpnas/data/permutation.hpp"

namespace hpnas {

EpochOrder::EpochOrder(std::int64_t n, std::int64_t batch, std::uint64_t seed, bool shuffled, std::string_view source)
    : n_(n), batch_(batch), seed_(seed), shuffled_(shuffled) {
    if (n == 0 || (shuffled && n < batch))
        throw DataError(
            fmt::format("{}: expected at least one batch of {} examples, got {} examples", source, batch, n));
}

std::int64_t EpochOrder::fill(std::int64_t epoch, std::int64_t index, std::span<std::int64_t> positions) const {
    if (index < 0 || index >= n_batches() || static_cast<std::int64_t>(positions.size()) != batch_)
        throw InternalError(fmt::format("epoch order: batch {} of {}, room for {} of {} rows", index, n_batches(),
                                        positions.size(), batch_));
    const KeyedPermutation order(n_, seed_, static_cast<std::uint64_t>(epoch));
    for (std::int64_t row = 0; row < batch_; ++row) {
        const std::int64_t place = std::min(index * batch_ + row, n_ - 1);
        positions[static_cast<std::size_t>(row)] = shuffled_ ? order(place) : place;
    }
    return std::min(batch_, n_ - index * batch_);
}

}  // namespace hpnas
