#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

namespace hpnas::kernel {

/// Multi-head scaled dot-product attention; op/attention.hpp gives the formulas.
/// Joint: src [batch, queries, 3, heads, dim] holds queries, keys and values; otherwise src [batch, queries, heads,
/// dim] holds the queries and memory [batch, keys, 2, heads, dim] keys and values. mask [batch, keys]: a key counts if
/// its entry is above one half. dst [batch, queries, heads, dim].
struct AttentionShape {
    std::int64_t batch = 1, heads = 1;
    std::int64_t queries = 1, keys = 1, dim = 1;
    bool joint = true;  ///< queries == keys
    bool causal = false;
    bool mask = false;
    std::int64_t max_distance = 0;  ///< > 0: relative positions; queries == keys
    bool training = true;           ///< false: only forward() may be called

    float scale() const noexcept;
    /// Rows of one table of relative positions; 0 without.
    std::int64_t table_rows() const noexcept { return max_distance > 0 ? 2 * max_distance + 2 : 0; }
};

/// Rows of the tables [table_rows, dim] of relative positions that a query (`from`) and a key (`to`) meet at.
struct RelativePosition {
    std::int64_t vertical = 0, horizontal = 0;
};
RelativePosition relative_position(const AttentionShape& shape, std::int64_t from, std::int64_t to) noexcept;

/// One pointer per table of relative positions, in the order key_vertical, key_horizontal, value_vertical,
/// value_horizontal.
template <class T>
using AttentionTables = std::array<T*, 4>;

struct AttentionInput {
    const float* src = nullptr;
    const float* memory = nullptr;  ///< unless joint
    const float* mask = nullptr;    ///< only with mask
    AttentionTables<const float> tables{};
};

/// Overwritten; shapes as in AttentionInput.
struct AttentionGradients {
    float* src = nullptr;
    float* memory = nullptr;
    AttentionTables<float> tables{};
};

/// Works head by head: scores of a block of queries stay in the cache from one product to the next. Sums over heads and
/// samples (gradients of the tables) have a fixed order, so results do not depend on the number of threads.
class Attention {
public:
    /// @throws ShapeError if a size is not positive or sizes contradict each other
    explicit Attention(const AttentionShape& shape);

    const AttentionShape& shape() const noexcept { return shape_; }
    /// Probabilities that forward() leaves for backward(); 0 (and `saved` is not touched) unless training.
    std::size_t saved_bytes() const noexcept;
    std::size_t workspace_bytes() const noexcept;
    void forward(const AttentionInput& input, float* dst, float* saved, void* workspace) const;
    void backward(const AttentionInput& input, const float* saved, const float* diff_dst,
                  const AttentionGradients& gradients, void* workspace) const;

private:
    std::size_t forward_bytes() const noexcept;

    AttentionShape shape_;
};

}  // namespace hpnas::kernel
