#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace hpnas {

/// Sequences of token ids of any length, one after the other. Each is what a BERT reads: [CLS] first [SEP], or
/// [CLS] first [SEP] second [SEP].
struct TokenSequences {
    std::vector<std::int32_t> tokens;
    std::vector<std::int64_t> begins{0};  ///< [N + 1]
    std::vector<std::int64_t> second;     ///< [N] position at which segment 1 begins; the length if there is none

    std::int64_t size() const noexcept { return static_cast<std::int64_t>(second.size()); }
    std::span<const std::int32_t> operator[](std::int64_t i) const noexcept {
        const auto k = static_cast<std::size_t>(i);
        return std::span(tokens).subspan(static_cast<std::size_t>(begins[k]),
                                         static_cast<std::size_t>(begins[k + 1] - begins[k]));
    }
    void append(std::span<const std::int32_t> sequence, std::int64_t second_begins) {
        tokens.insert(tokens.end(), sequence.begin(), sequence.end());
        begins.push_back(static_cast<std::int64_t>(tokens.size()));
        second.push_back(second_begins);
    }
};

}  // namespace hpnas
