#include "hpnas/core/error.hpp"
#include "hpnas/kernel/pooling.hpp"
#include "kernel/exact.hpp"
#include "kernel/threads.hpp"

namespace hpnas::kernel {
namespace {

/// Sums of at most 49 * 4 numbers of size 1: roundings of 6e-8 each, and that of the factor.
constexpr double tolerance = 2e-6;

constexpr std::array kinds{PoolingKind::maximum, PoolingKind::average, PoolingKind::average_with_pads};

void check(const PoolingShape& s) {
    SCOPED_TRACE(testing::Message() << "src [" << s.n << ", " << s.h << ", " << s.w << ", " << s.c << "] window "
                                    << s.window.kh << "x" << s.window.kw << " kind " << static_cast<int>(s.kind));
    const Pooling kernel(s);
    const std::int64_t src_count = s.n * s.h * s.w * s.c, dst_count = s.n * kernel.out_h() * kernel.out_w() * s.c;
    const exact::Buffer src(exact::values(src_count, 1, 16)),
        diff_dst(exact::rough_values(dst_count, 2));  // src with equal maxima
    const exact::Buffer dst(dst_count), diff_src(src_count);
    const auto x = exact::as_double(src.values());
    kernel.forward(src.data(), dst.data());
    exact::expect_near(dst, reference::pooling_forward(s, x), s.kind == PoolingKind::maximum ? 0.0 : tolerance, "dst");
    kernel.backward(src.data(), diff_dst.data(), diff_src.data());
    exact::expect_near(diff_src, reference::pooling_backward(s, x, exact::as_double(diff_dst.values())), tolerance,
                       "diff_src");
}

TEST(Pooling, MatchesTheReferenceForEveryWindowAndChannelCount) {
    for (const PoolingKind kind : kinds)
        for (const std::int64_t c : {1, 3, 8, 20, 24, 40, 64, 150})
            for (const Window& window :
                 {Window::square(2, 2, 0), Window::square(3), Window::square(3, 2), Window::square(7, 1, 3)})
                for (const std::int64_t n : {1, 2})
                    check({.n = n, .h = 9, .w = 7, .c = c, .window = window, .kind = kind});
}

TEST(Pooling, MatchesTheReferenceForUnusualWindows) {
    const std::vector<Window> windows{Window::square(1, 2, 0),
                                      Window::square(2, 3, 0),
                                      Window::square(3, 1, 2),
                                      Window::square(3, 1, 2, 2),
                                      Window::square(3, 3, 1, 3),
                                      {.kh = 1, .kw = 4, .stride_w = 2, .pad_left = 3},
                                      {.kh = 3,
                                       .kw = 2,
                                       .stride_h = 2,
                                       .dilation_h = 2,
                                       .dilation_w = 3,
                                       .pad_top = 1,
                                       .pad_bottom = 4,
                                       .pad_right = 2}};
    for (const PoolingKind kind : kinds)
        for (const Window& window : windows)
            for (const std::int64_t c : {3, 16, 24})
                check({.n = 3, .h = 8, .w = 11, .c = c, .window = window, .kind = kind});
}

TEST(Pooling, MatchesTheReferenceForTheSmallestImage) {
    for (const PoolingKind kind : kinds)
        for (const std::int64_t c : {1, 64}) check({.h = 1, .w = 1, .c = c, .window = Window::square(3), .kind = kind});
}

TEST(Pooling, MaximumPassesNaNOn) {
    std::vector<float> src(4 * 4 * 20, 1.0F), dst(2 * 2 * 20);
    src[2] = src[20 + 19] = std::numeric_limits<float>::quiet_NaN();  // channels 2 and 19 of the first window
    Pooling({.h = 4, .w = 4, .c = 20, .window = Window::square(2, 2, 0)}).forward(src.data(), dst.data());
    for (std::size_t i = 0; i < dst.size(); ++i) EXPECT_EQ(std::isnan(dst[i]), i == 2 || i == 19) << i;
}

TEST(Pooling, BadShapesAreRefused) {
    EXPECT_THROW(Pooling({.h = 0, .w = 4, .window = Window::square(3)}), ShapeError);
    EXPECT_THROW(Pooling({.h = 4, .w = 4, .window = Window::square(0, 1, 0)}), ShapeError);
    EXPECT_THROW(Pooling({.h = 4, .w = 4, .window = Window::square(5, 1, 0)}), ShapeError);  // does not fit
    EXPECT_THROW(Pooling({.h = 4, .w = 4, .window = Window::square(3, 1, 3)}), ShapeError);  // a window of padding only
    EXPECT_THROW(Pooling({.h = 4, .w = 4, .window = Window::square(3, 1, 1, 0)}), ShapeError);
    EXPECT_THROW(Pooling({.h = 4, .w = 4, .window = Window::square(3, 1, -1, -1)}), ShapeError);
}

TEST(Pooling, GlobalAverageMatchesTheReference) {
    for (const std::int64_t n : {1, 3})
        for (const std::int64_t spatial : {1, 7, 49, 1000})
            for (const std::int64_t c : {1, 3, 8, 20, 24, 40, 64, 1000}) {
                const exact::Buffer src(exact::rough_values(n * spatial * c, 1)),
                    diff_dst(exact::rough_values(n * c, 2));
                const exact::Buffer dst(n * c), diff_src(n * spatial * c);
                global_average_pool_forward(src.data(), dst.data(), n, spatial, c);
                exact::expect_near(
                    dst, reference::global_average_pool_forward(exact::as_double(src.values()), n, spatial, c),
                    tolerance, "dst");
                global_average_pool_backward(diff_dst.data(), diff_src.data(), n, spatial, c);
                exact::expect_near(
                    diff_src,
                    reference::global_average_pool_backward(exact::as_double(diff_dst.values()), n, spatial, c),
                    tolerance, "diff_src");
            }
}

TEST(Pooling, GivesTheSameBitsForAnyNumberOfThreads) {
    for (const std::int64_t n : {1, 5})
        for (const PoolingKind kind : kinds)
            expect_same_bits_for_any_threads(
                [&] {
                    const Pooling kernel(
                        {.n = n, .h = 56, .w = 55, .c = 40, .window = Window::square(3, 2), .kind = kind});
                    const exact::Buffer src(exact::rough_values(n * 56 * 55 * 40, 1)),
                        dst(n * kernel.out_h() * kernel.out_w() * 40);
                    const exact::Buffer diff_src(n * 56 * 55 * 40), mean(n * 40);
                    kernel.forward(src.data(), dst.data());
                    kernel.backward(src.data(), dst.data(), diff_src.data());
                    global_average_pool_forward(src.data(), mean.data(), n, 56 * 55, 40);
                    return std::array{dst.values(), diff_src.values(), mean.values()};
                },
                "pooling");
}

}  // namespace
}  // namespace hpnas::kernel
