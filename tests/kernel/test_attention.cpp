#include "hpnas/core/error.hpp"
#include "hpnas/kernel/attention.hpp"
#include "kernel/attention_check.hpp"
#include "kernel/threads.hpp"

namespace hpnas::kernel {
namespace {

using exact::AttentionCase;
using exact::Buffer;

Buffer forward(const AttentionCase& c, bool training) {
    AttentionShape shape = c.shape;
    shape.training = training;
    const Attention attention(shape);
    Buffer dst(c.dst_count());
    const Buffer saved = exact::workspace(attention.saved_bytes()),
                 workspace = exact::workspace(attention.workspace_bytes());
    attention.forward(c.input(), dst.data(), training ? saved.data() : nullptr, workspace.data());
    EXPECT_TRUE(saved.intact() && workspace.intact()) << exact::name(shape);
    return dst;
}

TEST(Attention, ForwardMatchesTheReference) {
    for (const AttentionShape& shape : exact::attention_shapes()) {
        const AttentionCase c(shape);
        // Probabilities carry the error of their logits: sums of up to 64 products of order 1.
        for (const bool training : {false, true})
            exact::expect_near(forward(c, training), reference::attention_forward(shape, c.values()), 2e-5,
                               exact::name(shape));
    }
}

TEST(Attention, GivesTheSameBitsForAnyNumberOfThreads) {
    for (const AttentionShape& shape : exact::attention_shapes()) {
        const AttentionCase c(shape);
        expect_same_bits_for_any_threads([&] { return forward(c, false).values(); }, exact::name(shape));
    }
}

TEST(Attention, LargeLogitsDoNotOverflow) {
    const AttentionShape shape{.queries = 3, .keys = 3, .dim = 1};
    const AttentionCase c(shape);
    // q = 300 for all, k = 300, 0, -300: the first key takes everything
    const float rows[3][3] = {{300, 300, 5}, {300, 0, 6}, {300, -300, 7}};
    std::copy_n(&rows[0][0], 9, c.src.data());
    EXPECT_EQ(forward(c, false).values(), std::vector<float>(3, 5.0F));
}

TEST(Attention, PositionsLieOnAGridBehindTheClassToken) {
    const AttentionShape shape{.queries = 10, .keys = 10, .max_distance = 1};  // 3 x 3
    const auto at = [&](std::int64_t from, std::int64_t to) {
        const RelativePosition p = relative_position(shape, from, to);
        return std::pair{p.vertical, p.horizontal};
    };
    EXPECT_EQ(at(0, 5), (std::pair<std::int64_t, std::int64_t>{0, 0}));
    EXPECT_EQ(at(5, 0), (std::pair<std::int64_t, std::int64_t>{0, 0}));
    EXPECT_EQ(at(5, 5), (std::pair<std::int64_t, std::int64_t>{2, 2}));  // distance 0
    EXPECT_EQ(at(1, 9), (std::pair<std::int64_t, std::int64_t>{3, 3}));  // 2 right and down, clipped to 1
    EXPECT_EQ(at(6, 4), (std::pair<std::int64_t, std::int64_t>{2, 1}));  // same row, 2 left
}

TEST(Attention, ImpossibleSizesAreRefused) {
    EXPECT_THROW(Attention({.queries = 0, .keys = 0}), ShapeError);
    EXPECT_THROW(Attention({.queries = 3, .keys = 4}), ShapeError);  // joint
    EXPECT_THROW(Attention({.queries = 3, .keys = 4, .joint = false, .max_distance = 2}), ShapeError);
    EXPECT_THROW(Attention({.queries = 1 << 20, .keys = 1 << 20, .max_distance = 2}), ShapeError);
}

}  // namespace
}  // namespace hpnas::kernel
