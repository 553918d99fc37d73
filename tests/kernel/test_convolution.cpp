#include <gtest/gtest.h>
#include <omp.h>

#include "hpnas/core/error.hpp"
#include "kernel/convolution_check.hpp"

namespace hpnas::kernel {
namespace {

ConvolutionShape square(std::int64_t n, std::int64_t size, std::int64_t c, std::int64_t k, Window window,
                        std::int64_t groups = 1) {
    return {.n = n, .h = size, .w = size, .c = c, .k = k, .groups = groups, .window = window};
}

void check_both(Engine& engine, const ConvolutionShape& shape) {
    exact::check_training(engine, shape, false);
    exact::check_training(engine, shape, true);
}

TEST(Convolution, MatchesTheReferenceForEveryKernelSizeAndStride) {
    Engine engine;
    for (const std::int64_t kernel : {1, 3, 5, 7})
        for (const std::int64_t stride : {1, 2, 3}) {
            check_both(engine, square(1, 9, 24, 20, Window::square(kernel, stride)));
            check_both(engine, square(3, 10, 3, 16, Window::square(kernel, stride)));
        }
}

TEST(Convolution, MatchesTheReferenceForEveryChannelCount) {
    Engine engine;
    for (const std::int64_t c : {1, 3, 8, 20, 24, 32, 40})
        for (const std::int64_t k : {1, 8, 20, 32, 40}) {
            check_both(engine, square(1, 7, c, k, Window::square(3)));
            check_both(engine, square(3, 6, c, k, Window::square(1)));
        }
}

TEST(Convolution, MatchesTheReferenceForGroups) {
    Engine engine;
    for (const std::int64_t groups : {2, 4, 8}) {
        check_both(engine, square(1, 7, 32, 64, Window::square(3), groups));
        check_both(engine, square(3, 8, 40, 24, Window::square(3, 2), groups));
        check_both(engine, square(2, 5, 16, 16, Window::square(1), groups));
    }
}

TEST(Convolution, MatchesTheReferenceForUnusualWindows) {
    Engine engine;
    const std::vector<Window> windows{
        Window::square(3, 1, 0),      // no padding
        Window::square(3, 1, -1, 2),  // dilation
        Window::square(1, 2),
        Window::square(2, 4, 0),                                                            // stride > kernel
        {.kh = 3, .kw = 3, .stride_h = 2, .stride_w = 2, .pad_bottom = 1, .pad_right = 1},  // "same", stride 2
        {.kh = 1, .kw = 5, .stride_w = 2, .pad_left = 2, .pad_right = 2},                   // not square
        {.kh = 4,
         .kw = 2,
         .dilation_w = 3,
         .pad_top = 2,
         .pad_bottom = 1,
         .pad_left = 1,
         .pad_right = 3},                                                                  // even, asymmetric
        {.kh = 1, .kw = 1, .pad_top = 1, .pad_bottom = 0, .pad_left = 0, .pad_right = 2},  // padded 1x1
    };
    for (const Window& window : windows)
        for (const std::int64_t n : {1, 3})
            for (const std::int64_t c : {8, 32}) {
                ConvolutionShape shape = square(n, 9, c, 24, window);
                shape.w = 11;
                check_both(engine, shape);
            }
}

TEST(Convolution, MatchesTheReferenceIfTheKernelExceedsTheImage) {
    Engine engine;
    for (const std::int64_t size : {1, 2, 3}) {
        check_both(engine, square(2, size, 16, 24, Window::square(5)));
        check_both(engine, square(1, size, 3, 8, Window::square(7, 2)));
        check_both(engine, square(1, size, 20, 40, Window::square(1)));
    }
}

/// The library's own gradients of 1x1 convolutions with a stride write beyond their scratch memory if there are several
/// threads.
TEST(Convolution, StaysInsideItsWorkspaceForAnyNumberOfThreads) {
    const int before = omp_get_max_threads();
    for (const int threads : {1, 2, 4}) {
        omp_set_num_threads(threads);
        Engine engine;
        for (const std::int64_t c : {3, 8, 24})
            for (const std::int64_t k : {8, 16, 20, 32}) {
                check_both(engine, square(3, 10, c, k, Window::square(1, 2)));
                check_both(engine, square(3, 10, c, k, Window::square(3, 2)));
            }
    }
    omp_set_num_threads(before);
}

TEST(Convolution, MatchesTheReferenceForOneByOneWindows) {
    Engine engine;
    for (const std::int64_t c : {24, 160, 200})  // few and many channels: convolutions and matrix products
        for (const std::int64_t stride : {1, 2, 3})
            for (const std::int64_t size : {5, 50}) {
                ConvolutionShape shape = square(1, size, c, 12, Window::square(1, stride));
                shape.window.stride_w = 1;
                check_both(engine, shape);
            }
}

TEST(Convolution, WithoutBackwardDataStillHasTheOtherPasses) {
    Engine engine;
    const ConvolutionShape shape = square(2, 8, 3, 16, Window::square(3));
    const Convolution kernel(engine, shape, false, false);
    const exact::Buffer src(exact::values(shape.src_count(), 1)), diff_dst(exact::values(shape.dst_count(), 2));
    const exact::Buffer diff_weights(shape.weight_count()), scratch = exact::workspace(kernel.workspace_bytes());
    kernel.backward_weights(src.data(), diff_dst.data(), diff_weights.data(), nullptr, scratch.data());
    exact::expect_equal(diff_weights,
                        reference::convolution_backward_weights(shape, exact::as_double(src.values()),
                                                                exact::as_double(diff_dst.values())),
                        "diff_weights");
    EXPECT_THROW(kernel.backward_data(diff_dst.data(), src.data(), diff_weights.data(), scratch.data()), InternalError);
}

TEST(Convolution, SaysWhatIsWrongWithAShape) {
    const auto message = [](const ConvolutionShape& shape) -> std::string {
        try {
            check(shape);
        } catch (const ShapeError& error) {
            return error.what();
        }
        return "";
    };
    EXPECT_EQ(message(square(1, 8, 8, 8, Window::square(3))), "");
    EXPECT_NE(message(square(0, 8, 8, 8, Window::square(3))).find("sizes must be positive"), std::string::npos);
    EXPECT_NE(message(square(1, 8, 24, 20, Window::square(3), 5)).find("5 groups must divide the 24 input"),
              std::string::npos);
    EXPECT_NE(message(square(1, 2, 8, 8, Window::square(3, 1, 0))).find("does not fit"), std::string::npos);
}

}  // namespace
}  // namespace hpnas::kernel
