#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>

namespace hpnas {

/// Sizes of a dense tensor, outermost first; at most 6 dimensions; rank 0 is a scalar. A regular value.
/// Activations are channels-last: images [H, W, C], sequences [L, C], vectors [C]. Whether the batch is included is
/// said where a Shape is used; graphs and operators speak of one sample (no batch).
class Shape {
public:
    static constexpr int max_rank = 6;
    Shape() = default;
    Shape(std::initializer_list<std::int64_t> sizes);
    explicit Shape(std::span<const std::int64_t> sizes);

    int rank() const noexcept { return rank_; }
    std::int64_t operator[](int i) const noexcept { return sizes_[static_cast<std::size_t>(i)]; }
    std::int64_t& operator[](int i) noexcept { return sizes_[static_cast<std::size_t>(i)]; }
    /// Size of the innermost dimension, the channels.
    std::int64_t channels() const noexcept { return rank_ == 0 ? 1 : sizes_[static_cast<std::size_t>(rank_ - 1)]; }
    /// Product of all sizes; 1 for rank 0.
    std::int64_t count() const noexcept;
    const std::int64_t* begin() const noexcept { return sizes_.data(); }
    const std::int64_t* end() const noexcept { return sizes_.data() + rank_; }
    /// This shape with `n` put in front: per-sample to batched.
    Shape with_batch(std::int64_t n) const;
    friend bool operator==(const Shape& a, const Shape& b) noexcept {
        return a.rank_ == b.rank_ && std::equal(a.begin(), a.end(), b.begin());
    }

private:
    std::array<std::int64_t, max_rank> sizes_{};
    int rank_ = 0;
};

/// "[8, 24, 32, 32]".
std::string to_string(const Shape& shape);

}  // namespace hpnas
