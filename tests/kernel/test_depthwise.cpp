#include <gtest/gtest.h>
#include <omp.h>

#include "../../src/kernel/depthwise.hpp"
#include "kernel/convolution_check.hpp"

namespace hpnas::kernel {
namespace {

ConvolutionShape depthwise(std::int64_t n, std::int64_t h, std::int64_t w, std::int64_t c, Window window) {
    return {.n = n, .h = h, .w = w, .c = c, .k = c, .groups = c, .window = window};
}

/// Whether the window fits, or the shape would be refused.
bool fits(const ConvolutionShape& s) { return s.out_h() > 0 && s.out_w() > 0; }

TEST(Depthwise, RunsOnOwnLoops) {
    Engine engine;
    const ConvolutionShape shape = depthwise(1, 8, 8, 32, Window::square(3));
    EXPECT_EQ(Convolution(engine, shape).implementation(), "own:depthwise:" + Engine::isa());
    EXPECT_EQ(PackedConvolution(engine, shape).implementation(), "own:depthwise:" + Engine::isa());
}

TEST(Depthwise, MatchesTheReferenceForEveryWindowAndChannelCount) {
    Engine engine;
    for (const std::int64_t kernel : {1, 2, 3, 4, 5, 7})
        for (const std::int64_t stride : {1, 2, 3})
            for (const std::int64_t dilation : {1, 2})
                for (const std::int64_t c : {3, 8, 17, 24, 40}) {
                    const Window window = Window::square(kernel, stride, -1, dilation);
                    exact::check_training(engine, depthwise(2, 9, 12, c, window), c == 17);
                }
}

TEST(Depthwise, MatchesTheReferenceForManyChannelsAndImages) {
    Engine engine;
    for (const std::int64_t kernel : {3, 5})
        for (const std::int64_t stride : {1, 2})
            for (const std::int64_t n : {1, 3}) {
                exact::check_training(engine, depthwise(n, 14, 14, 192, Window::square(kernel, stride)), false);
                exact::check_training(engine, depthwise(n, 10, 33, 40, Window::square(kernel, stride)), true);
            }
}

TEST(Depthwise, MatchesTheReferenceForSmallImages) {
    Engine engine;
    for (const std::int64_t size : {1, 2, 3, 7, 8})
        for (const std::int64_t kernel : {3, 5, 7})
            for (const std::int64_t stride : {1, 2, 3, 4}) {
                exact::check_training(engine, depthwise(1, size, size, 24, Window::square(kernel, stride)), true);
                exact::check_training(engine, depthwise(3, size, 4, 16, Window::square(kernel, stride)), false);
            }
}

TEST(Depthwise, MatchesTheReferenceForUnusualWindows) {
    Engine engine;
    const std::vector<Window> windows{
        Window::square(3, 1, 0),
        Window::square(3, 2, 0),
        Window::square(5, 2, 0),  // no padding
        Window::square(3, 1, 3),
        Window::square(1, 1, 2),
        Window::square(3, 2, 4),  // padding beyond the window
        Window::square(1, 2),
        Window::square(2, 4, 0),
        Window::square(3, 5),  // stride > kernel
        Window::square(3, 2, -1, 4),
        Window::square(3, 4, -1, 2),
        Window::square(5, 3, -1, 3),                                                        // stride and dilation
        {.kh = 3, .kw = 3, .stride_h = 2, .stride_w = 2, .pad_bottom = 1, .pad_right = 1},  // "same", stride 2
        {.kh = 5, .kw = 5, .stride_h = 2, .stride_w = 2, .pad_top = 1, .pad_bottom = 2, .pad_left = 1, .pad_right = 2},
        {.kh = 1, .kw = 5, .stride_w = 2, .pad_left = 2, .pad_right = 2},  // not square
        {.kh = 7, .kw = 3, .stride_h = 2, .dilation_h = 2, .pad_top = 6, .pad_bottom = 6, .pad_left = 1},
        {.kh = 4,
         .kw = 2,
         .dilation_w = 3,
         .pad_top = 2,
         .pad_bottom = 1,
         .pad_left = 1,
         .pad_right = 3},  // even, asymmetric
    };
    for (const Window& window : windows)
        for (const std::int64_t c : {5, 32}) {
            const ConvolutionShape shape = depthwise(2, 11, 17, c, window);
            ASSERT_TRUE(fits(shape)) << exact::describe(shape);
            exact::check_training(engine, shape, true);
        }
}

TEST(Depthwise, MatchesTheReferenceWithEveryEpilogue) {
    Engine engine;
    using enum Activation;
    for (const Activation activation : {none, relu, swish, sigmoid, gelu})
        for (const std::int64_t c : {3, 24, 64})
            for (const std::int64_t stride : {1, 2, 3}) {
                const ConvolutionShape shape = depthwise(2, 14, 15, c, Window::square(3, stride));
                exact::check_packed(engine, shape, {activation, false}, false);
                exact::check_packed(engine, shape, {activation, true}, false);
                exact::check_packed(engine, shape, {activation, true}, true);
            }
}

/// Beyond the caches the loops prefetch, also what lies below the image.
TEST(Depthwise, MatchesTheReferenceBeyondTheCaches) {
    for (const std::int64_t kernel : {3, 5}) {
        const ConvolutionShape large = depthwise(1, 112, 224, 112, Window::square(kernel));
        const Depthwise whole(large);
        const exact::Buffer src(exact::values(large.src_count(), 1)), weights(exact::values(large.weight_count(), 2));
        const exact::Buffer dst(large.dst_count()), scratch = exact::workspace(whole.workspace_bytes());
        whole.forward(src.data(), weights.data(), nullptr, dst.data(), scratch.data());
        EXPECT_EQ(dst.damage(), "");
        // The reference of the last rows only: [h - kernel, h) of the image, without padding above.
        const std::int64_t rows = kernel + 1, first = large.h - rows;
        ConvolutionShape last = large;
        last.h = rows;
        last.window.pad_top = 0;
        const auto part = src.values();
        const auto expected = reference::convolution_forward(
            last, {part.begin() + first * large.w * large.c, part.end()}, exact::as_double(weights.values()), {});
        const auto got = dst.values();
        const std::vector<double> bottom(got.end() - std::ssize(expected), got.end());
        EXPECT_EQ(bottom, expected);
    }
}

struct Results {
    std::vector<float> dst, diff_src, diff_weights, diff_bias;
    bool operator==(const Results&) const = default;
};

Results all_passes(Engine& engine, const ConvolutionShape& shape, int threads) {
    const int before = omp_get_max_threads();
    omp_set_num_threads(threads);
    const Convolution kernel(engine, shape, true);
    const exact::Buffer src(exact::rough_values(shape.src_count(), 1)),
        weights(exact::rough_values(shape.weight_count(), 2));
    const exact::Buffer bias(exact::rough_values(shape.k, 3)), diff_dst(exact::rough_values(shape.dst_count(), 4));
    const exact::Buffer dst(shape.dst_count()), diff_src(shape.src_count()), diff_weights(shape.weight_count()),
        diff_bias(shape.k);
    const exact::Buffer scratch = exact::workspace(kernel.workspace_bytes());
    kernel.forward(src.data(), weights.data(), bias.data(), dst.data(), scratch.data());
    kernel.backward_data(diff_dst.data(), weights.data(), diff_src.data(), scratch.data());
    kernel.backward_weights(src.data(), diff_dst.data(), diff_weights.data(), diff_bias.data(), scratch.data());
    omp_set_num_threads(before);
    return {dst.values(), diff_src.values(), diff_weights.values(), diff_bias.values()};
}

TEST(Depthwise, GivesTheSameBitsForAnyNumberOfThreads) {
    Engine engine;
    for (const std::int64_t stride : {1, 2})
        for (const std::int64_t n : {1, 5}) {
            const ConvolutionShape shape = depthwise(n, 28, 28, 104, Window::square(5, stride));
            const Results one = all_passes(engine, shape, 1);
            EXPECT_EQ(one, all_passes(engine, shape, 2));
            EXPECT_EQ(one, all_passes(engine, shape, 3));
        }
}

}  // namespace
}  // namespace hpnas::kernel
