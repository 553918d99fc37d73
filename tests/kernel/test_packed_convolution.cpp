#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "kernel/convolution_check.hpp"

namespace hpnas::kernel {
namespace {

void check_epilogues(Engine& engine, const ConvolutionShape& shape) {
    using enum Activation;
    for (const Activation activation : {none, relu, swish, sigmoid, gelu}) {
        exact::check_packed(engine, shape, {activation, false}, false);
        exact::check_packed(engine, shape, {activation, true}, false);
        exact::check_packed(engine, shape, {activation, true}, true);
    }
}

TEST(PackedConvolution, MatchesTheReferenceWithEveryEpilogue) {
    Engine engine;
    check_epilogues(engine, {.n = 1, .h = 9, .w = 7, .c = 24, .k = 40, .window = Window::square(3)});
    check_epilogues(engine, {.n = 3, .h = 8, .w = 8, .c = 20, .k = 20, .window = Window::square(1)});
    check_epilogues(engine, {.n = 1, .h = 12, .w = 12, .c = 32, .k = 64, .window = Window::square(1)});
    check_epilogues(engine, {.n = 2, .h = 9, .w = 9, .c = 16, .k = 8, .window = Window::square(5, 2)});
    check_epilogues(engine, {.n = 1, .h = 15, .w = 15, .c = 3, .k = 24, .window = Window::square(3, 2)});
    check_epilogues(engine, {.n = 1, .h = 1, .w = 1, .c = 8, .k = 3, .window = Window::square(3)});
    check_epilogues(engine, {.n = 1, .h = 8, .w = 8, .c = 32, .k = 32, .groups = 4, .window = Window::square(3)});
}

TEST(PackedConvolution, MatchesTheReferenceForEveryChannelCount) {
    Engine engine;
    for (const std::int64_t c : {1, 3, 8, 20, 24, 32, 40})
        for (const std::int64_t k : {1, 8, 20, 32, 40, 100})
            for (const std::int64_t kernel : {1, 3})
                exact::check_packed(engine, {.n = 1, .h = 7, .w = 9, .c = c, .k = k, .window = Window::square(kernel)},
                                    {Activation::swish, true}, true);
}

TEST(PackedConvolution, TakesNoBiasForZero) {
    Engine engine;
    const ConvolutionShape shape{.n = 1, .h = 4, .w = 4, .c = 8, .k = 8, .window = Window::square(3)};
    const PackedConvolution kernel(engine, shape);
    const exact::Buffer src(exact::values(shape.src_count(), 1)), weights(exact::values(shape.weight_count(), 2)),
        dst(shape.dst_count());
    const exact::Buffer packed = exact::workspace(kernel.packed_bytes()),
                        scratch = exact::workspace(kernel.workspace_bytes());
    kernel.pack(weights.data(), nullptr, packed.data());
    kernel.run(src.data(), packed.data(), nullptr, dst.data(), scratch.data());
    exact::expect_equal(
        dst,
        reference::convolution_forward(shape, exact::as_double(src.values()), exact::as_double(weights.values()), {}),
        "dst");
}

TEST(PackedConvolution, RefusesAWindowThatDoesNotFit) {
    Engine engine;
    EXPECT_THROW(PackedConvolution(engine, {.h = 2, .w = 2, .c = 8, .k = 8, .window = Window::square(3, 1, 0)}),
                 ShapeError);
}

}  // namespace
}  // namespace hpnas::kernel
