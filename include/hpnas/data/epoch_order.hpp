#pragma once
#include <cstdint>
#include <span>
#include <string_view>

namespace hpnas {

/// Which examples of a subset stand in which batch of which epoch. A pure function of (seed, epoch, position), so
/// neither the batch size nor threads nor ranks change the order: micro-batch k of size m holds positions k m to
/// (k + 1) m - 1 of the epoch, whoever asks.
class EpochOrder {
public:
    /// @param n         examples
    /// @param shuffled  training: shuffled, the incomplete last batch is dropped. Else in order, the last batch padded.
    /// @param source    for messages
    /// @throws DataError if there is no example, or when shuffled fewer than one batch
    EpochOrder(std::int64_t n, std::int64_t batch, std::uint64_t seed, bool shuffled, std::string_view source);

    std::int64_t n_examples() const noexcept { return n_; }
    std::int64_t n_batches() const noexcept { return shuffled_ ? n_ / batch_ : (n_ + batch_ - 1) / batch_; }
    std::int64_t batch() const noexcept { return batch_; }
    /// Writes the positions in the subset of batch `index` of `epoch`; rows beyond the last example repeat it.
    /// @param positions  [batch]   @return rows that count
    std::int64_t fill(std::int64_t epoch, std::int64_t index, std::span<std::int64_t> positions) const;

private:
    std::int64_t n_, batch_;
    std::uint64_t seed_;
    bool shuffled_;
};

}  // namespace hpnas
