#include <gtest/gtest.h>

#include "hpnas/space/bert_frame.hpp"

namespace hpnas::test {
namespace {

TEST(BertFrame, EmbeddingsAreProjectedWhereTheWidthsDiffer) {
    const BertFrame frame{.vocabulary = 50, .positions = 12, .types = 3};
    const auto parameters = [&](std::int64_t hidden) {
        NetworkBuilder builder;
        const NodeId tokens = builder.input("tokens", {8}), segments = builder.input("segments", {8});
        builder.push_scope("embeddings");
        const NodeId end = frame.append_embeddings(builder, tokens, segments, 16, hidden);
        EXPECT_EQ(builder.shape(end), (Shape{8, hidden}));
        return std::move(builder).finish({end}).cost().parameters;
    };
    EXPECT_EQ(parameters(16), (50 + 12 + 3 + 2) * 16);
    EXPECT_EQ(parameters(24), (50 + 12 + 3 + 2) * 16 + 16 * 24 + 24);
}

TEST(BertFrame, EndsAsTheHeadSays) {
    const auto output = [](const char* head) {
        NetworkBuilder builder;
        const NodeId hidden = builder.input("hidden", {8, 16});
        builder.push_scope("head");
        BertFrame frame{.classes = 5};
        frame.head = head;
        return builder.shape(frame.append_end(builder, hidden));
    };
    EXPECT_EQ(output("classify"), (Shape{5}));
    EXPECT_EQ(output("span"), (Shape{8, 2}));
    EXPECT_EQ(output("none"), (Shape{16}));
}

TEST(BertFrame, ScopesNameTheNodes) {
    NetworkBuilder builder;
    const NodeId tokens = builder.input("tokens", {8});
    const NodeId mask = within_scope(builder, "mask", [&] { return BertFrame{}.append_mask(builder, tokens); });
    EXPECT_EQ(builder.shape(mask), (Shape{8}));
    EXPECT_EQ(std::move(builder).finish({mask}).node(mask).name, "mask.token_mask");
}

}  // namespace
}  // namespace hpnas::test
