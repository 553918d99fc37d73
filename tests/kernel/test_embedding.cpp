#include <limits>

#include "hpnas/kernel/embedding.hpp"
#include "kernel/exact.hpp"
#include "kernel/threads.hpp"

namespace hpnas::kernel {
namespace {

constexpr float nan = std::numeric_limits<float>::quiet_NaN(), infinity = std::numeric_limits<float>::infinity();

TEST(Embedding, NoIdMeansARowOutsideTheTable) {
    EXPECT_EQ(embedding_row(0, 5), 0);
    EXPECT_EQ(embedding_row(4, 5), 4);
    EXPECT_EQ(embedding_row(2.6F, 5), 3);
    EXPECT_EQ(embedding_row(5, 5), 4);
    EXPECT_EQ(embedding_row(1e30F, 5), 4);
    EXPECT_EQ(embedding_row(infinity, 5), 4);
    EXPECT_EQ(embedding_row(-1, 5), 0);
    EXPECT_EQ(embedding_row(-infinity, 5), 0);
    EXPECT_EQ(embedding_row(nan, 5), 0);
    EXPECT_EQ(embedding_row(16'777'215, 1 << 24), 16'777'215);
}

TEST(Embedding, RowsAreReadAndScaled) {
    const exact::Buffer dst(4), ids({1, 0}), table({1, 2, 3, 4});
    embedding_forward({.tokens = 2, .vocabulary = 2, .c = 2, .scale = 0.5F}, ids.data(), table.data(), dst.data());
    exact::expect_equal(dst, {1.5, 2, 0.5, 1}, "dst");
}

// Small integers: sums are exact, so the expected values need no tolerance.
TEST(Embedding, GradientsOfARowAddUp) {
    const EmbeddingShape shape{.tokens = 300, .vocabulary = 7, .c = 150, .scale = 2};
    const exact::Buffer diff_dst(exact::values(shape.tokens * shape.c, 1)), diff_table(shape.vocabulary * shape.c);
    std::vector<float> ids;
    reference::Values expected(diff_table.size(), 0);
    for (std::int64_t t = 0; t < shape.tokens; ++t) {
        const std::int64_t id = t * t % 5;  // rows 2, 3, 5 and 6 are never read: no gradient, but zeros
        ids.push_back(static_cast<float>(id));
        for (std::int64_t c = 0; c < shape.c; ++c)
            expected[static_cast<std::size_t>(id * shape.c + c)] +=
                2 * static_cast<double>(diff_dst.data()[t * shape.c + c]);
    }
    embedding_backward(shape, ids.data(), diff_dst.data(), diff_table.data());
    exact::expect_equal(diff_table, expected, "diff_table");
}

TEST(Embedding, GradientsDoNotDependOnTheNumberOfThreads) {
    const EmbeddingShape shape{.tokens = 2000, .vocabulary = 20, .c = 200};
    const std::vector<float> diff_dst = exact::rough_values(shape.tokens * shape.c, 1);
    std::vector<float> ids;
    for (std::int64_t t = 0; t < shape.tokens; ++t) ids.push_back(static_cast<float>(t * t % 20));
    const auto run = [&] {
        std::vector<float> diff_table(static_cast<std::size_t>(shape.vocabulary * shape.c));
        embedding_backward(shape, ids.data(), diff_dst.data(), diff_table.data());
        return diff_table;
    };
    expect_same_bits_for_any_threads(run, "embedding_backward");
}

TEST(TokenMask, IsZeroAtPadding) {
    const exact::Buffer ids({0, 1, 2, 1, nan}), dst(5);
    token_mask(ids.data(), 1, dst.data(), 5);
    exact::expect_equal(dst, {1, 0, 1, 0, 1}, "dst");
}

}  // namespace
}  // namespace hpnas::kernel
