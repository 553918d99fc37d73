#include <gtest/gtest.h>

#include "hpnas/data/span_prediction.hpp"

namespace hpnas {
namespace {

/// [CLS] q [SEP] c0 c1 c2 c3 [SEP]
SpanSet one_window() {
    SpanSet set;
    set.windows.push_back({.question = 0, .context_begin = 3, .n_pieces = 4});
    return set;
}

std::vector<float> logits(std::vector<float> begin, const std::vector<float>& end) {
    std::vector<float> result;
    for (std::size_t i = 0; i < begin.size(); ++i) result.insert(result.end(), {begin[i], end[i]});
    return result;
}

TEST(SpanPrediction, PointsInsideTheContextAndForward) {
    // The largest logits are on [CLS] and [SEP], and the best end comes before the best begin.
    const auto l = logits({9, 9, 9, 0, 1, 5, 0, 9}, {9, 9, 9, 6, 2, 0, 3, 9});
    const SpanPrediction found = predict_span(one_window(), 0, l);
    EXPECT_EQ(found.begin, 5);  // 5 + 3 = 8; 0 + 6 = 6
    EXPECT_EQ(found.end, 6);
    EXPECT_FLOAT_EQ(found.score, 8);
}

TEST(SpanPrediction, LengthIsLimited) {
    const auto l = logits({0, 0, 0, 4, 0, 0, 0, 0}, {0, 0, 0, 0, 1, 0, 5, 0});
    EXPECT_EQ(predict_span(one_window(), 0, l).end, 6);
    const SpanPrediction shorter = predict_span(one_window(), 0, l, 2);
    EXPECT_EQ(shorter.begin, 3);  // 4 + 1 and 0 + 5 tie: the earlier begin
    EXPECT_EQ(shorter.end, 4);
    EXPECT_EQ(predict_span(one_window(), 0, std::span(l).first(10)).end, 4);  // the network reads 5 tokens only
}

TEST(SpanPrediction, NothingIsFoundInAnEmptyContext) {
    SpanSet set = one_window();
    set.windows[0].n_pieces = 0;
    EXPECT_EQ(predict_span(set, 0, logits({1, 1, 1, 1}, {1, 1, 1, 1})).window, -1);
}

TEST(SpanPrediction, TheBetterOfTwoWindows) {
    const SpanPrediction none, low{2, 3, 4, 1}, high{5, 3, 3, 2}, same{4, 6, 6, 2};
    EXPECT_EQ(better(none, low).window, 2);
    EXPECT_EQ(better(low, none).window, 2);
    EXPECT_EQ(better(low, high).window, 5);
    EXPECT_EQ(better(high, same).window, 4);
}

}  // namespace
}  // namespace hpnas
