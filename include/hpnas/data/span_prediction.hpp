#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "hpnas/data/span_set.hpp"

namespace hpnas {

/// A span that a network points at.
struct SpanPrediction {
    std::int64_t window = -1;         ///< -1: none
    std::int64_t begin = 0, end = 0;  ///< tokens of the window, inclusive
    float score = 0;                  ///< sum of the two logits
};

/// The span of `window` with the largest sum of logits: pieces of the context, begin <= end, at most `most_pieces`
/// long. Ties go to the earlier begin, then the earlier end.
/// @param logits  [L, 2] of begin and end per token; tokens behind L are never pointed at
SpanPrediction predict_span(const SpanSet& set, std::int64_t window, std::span<const float> logits,
                            std::int64_t most_pieces = 30);

/// The better of the spans of two windows of one question; a tie goes to the earlier window.
SpanPrediction better(const SpanPrediction& a, const SpanPrediction& b) noexcept;

}  // namespace hpnas
