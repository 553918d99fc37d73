#include "hpnas/data/span_prediction.hpp"

#include <algorithm>

namespace hpnas {

SpanPrediction predict_span(const SpanSet& set, std::int64_t window, std::span<const float> logits,
                            std::int64_t most_pieces) {
    const SpanSet::Window& about = set.windows[static_cast<std::size_t>(window)];
    const auto length = static_cast<std::int64_t>(logits.size() / 2);
    const std::int64_t last = std::min(about.context_begin + about.n_pieces, length);
    SpanPrediction best;
    for (std::int64_t begin = about.context_begin; begin < last; ++begin)
        for (std::int64_t end = begin; end < std::min(begin + most_pieces, last); ++end) {
            const float score =
                logits[static_cast<std::size_t>(2 * begin)] + logits[static_cast<std::size_t>(2 * end + 1)];
            if (best.window < 0 || score > best.score) best = {window, begin, end, score};
        }
    return best;
}

SpanPrediction better(const SpanPrediction& a, const SpanPrediction& b) noexcept {
    if (a.window < 0) return b;
    if (b.window < 0) return a;
    if (a.score != b.score) return a.score > b.score ? a : b;
    return a.window <= b.window ? a : b;
}

}  // namespace hpnas
