#pragma once
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hpnas/core/rng.hpp"
#include "hpnas/graph/network.hpp"
#include "hpnas/train/huge_page_allocator.hpp"

namespace hpnas {

/// Values of all parameters of a network, trainable ones first, in one contiguous float buffer, so that optimisers,
/// EMA, gradient clipping and reductions over ranks are single passes. Every tensor starts at a 64-byte boundary; the
/// gaps are zero. A regular value; an Executor keeps pointers into it, so while one exists assign values (std::copy,
/// =), never swap or move.
class Parameters {
public:
    struct Entry {
        std::string name;  ///< "stages.2.blocks.0.conv1.weight"
        NodeId node = -1;
        int index = 0;  ///< in the operator's parameter list
        ParameterSpec spec;
        std::size_t offset = 0;  ///< in floats
    };
    explicit Parameters(const Network& network);

    std::span<const Entry> entries() const noexcept { return entries_; }
    /// nullptr if there is none of that name.
    const Entry* find(std::string_view name) const noexcept;
    std::span<float> values(const Entry& entry) noexcept;
    std::span<const float> values(const Entry& entry) const noexcept;
    std::span<float> trainable() noexcept { return std::span(values_).first(trainable_); }
    std::span<const float> trainable() const noexcept { return std::span(values_).first(trainable_); }
    std::span<float> all() noexcept { return values_; }
    std::span<const float> all() const noexcept { return values_; }

    /// Draws every tensor from its initializer; a tensor's values depend on the seed and its name only.
    void initialize(std::uint64_t seed);

private:
    std::vector<Entry> entries_;
    std::map<std::string, std::size_t, std::less<>> index_;  // name to position in entries_
    FloatBuffer values_;
    std::size_t trainable_ = 0;
};

}  // namespace hpnas
