#include "kernel/gradient_check.hpp"

namespace hpnas::kernel::reference {
namespace {

/// One row 1 5 2 under windows of 3 with one position of padding on both sides: (. 1 5), (1 5 2), (5 2 .).
PoolingShape row_of_three(PoolingKind kind) {
    return {.h = 1, .w = 3, .window = {.kw = 3, .pad_left = 1, .pad_right = 1}, .kind = kind};
}

TEST(ReferencePooling, MatchesAHandCalculation) {
    const Values src{1, 5, 2}, diff_dst{6, 60, 600};
    EXPECT_EQ(pooling_forward(row_of_three(PoolingKind::maximum), src), (Values{5, 5, 5}));
    EXPECT_EQ(pooling_backward(row_of_three(PoolingKind::maximum), src, diff_dst), (Values{0, 666, 0}));
    EXPECT_EQ(pooling_backward(row_of_three(PoolingKind::average), src, diff_dst),
              (Values{3 + 20, 3 + 20 + 300, 20 + 300}));
    EXPECT_EQ(pooling_backward(row_of_three(PoolingKind::average_with_pads), src, diff_dst), (Values{22, 222, 220}));
    const Values average = pooling_forward(row_of_three(PoolingKind::average), src);
    const Values with_pads = pooling_forward(row_of_three(PoolingKind::average_with_pads), src);
    const Values expected{3.0, 8.0 / 3.0, 3.5}, expected_with_pads{2.0, 8.0 / 3.0, 7.0 / 3.0};
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_NEAR(average[i], expected[i], 1e-15);
        EXPECT_NEAR(with_pads[i], expected_with_pads[i], 1e-15);
    }
}

TEST(ReferencePooling, TheFirstOfEqualMaximaGetsTheGradient) {
    const PoolingShape shape{.h = 1, .w = 3, .window = {.kw = 3}};
    EXPECT_EQ(pooling_backward(shape, {4, 4, 4}, {1}), (Values{1, 0, 0}));
}

TEST(ReferencePooling, GradientsMatchFiniteDifferences) {
    for (const auto kind : {PoolingKind::maximum, PoolingKind::average, PoolingKind::average_with_pads})
        for (const Window& window :
             {Window::square(3), Window::square(3, 2), Window::square(2, 2, 0), Window::square(3, 1, 2, 2)}) {
            const PoolingShape s{.n = 2, .h = 5, .w = 6, .c = 2, .window = window, .kind = kind};
            const Values src = random_values(s.n * s.h * s.w * s.c, 1);  // no two values within a step of each other
            const Values diff_dst = random_values(s.n * window.out_h(s.h) * window.out_w(s.w) * s.c, 2);
            expect_gradient([&](const Values& x) { return dot(pooling_forward(s, x), diff_dst); }, src,
                            pooling_backward(s, src, diff_dst), "diff_src");
        }
}

TEST(ReferencePooling, GlobalAverageIsTheMeanOverPositions) {
    EXPECT_EQ(global_average_pool_forward({1, 10, 3, 30, 5, 50, 7, 70}, 2, 2, 2), (Values{2, 20, 6, 60}));
    EXPECT_EQ(global_average_pool_backward({2, 20, 6, 60}, 2, 2, 2), (Values{1, 10, 1, 10, 3, 30, 3, 30}));
}

}  // namespace
}  // namespace hpnas::kernel::reference
