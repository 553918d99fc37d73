#include "hpnas/core/error.hpp"
#include "hpnas/kernel/squeeze_excite.hpp"
#include "kernel/exact.hpp"
#include "kernel/threads.hpp"

namespace hpnas::kernel {
namespace {

struct Data {
    exact::Buffer src, reduce, reduce_bias, expand, expand_bias, diff_dst;
    explicit Data(const SqueezeExciteShape& s)
        : src(exact::rough_values(s.n * s.h * s.w * s.c, 1)),
          reduce(exact::values(s.reduced * s.c, 2, 64)),
          reduce_bias(exact::values(s.reduced, 3, 32)),
          expand(exact::values(s.c * s.reduced, 4, 64)),
          expand_bias(exact::values(s.c, 5, 32)),
          diff_dst(exact::rough_values(s.n * s.h * s.w * s.c, 6)) {}
    SqueezeExciteWeights weights() const {
        return {reduce.data(), reduce_bias.data(), expand.data(), expand_bias.data()};
    }
    reference::SqueezeExciteInput reference_input() const {
        return {exact::as_double(src.values()), exact::as_double(reduce.values()),
                exact::as_double(reduce_bias.values()), exact::as_double(expand.values()),
                exact::as_double(expand_bias.values())};
    }
};

struct Results {
    exact::Buffer dst, saved, diff_src, reduce, reduce_bias, expand, expand_bias, scratch;
    explicit Results(const SqueezeExcite& kernel)
        : dst(image(kernel.shape())),
          saved(kernel.saved_count()),
          diff_src(image(kernel.shape())),
          reduce(kernel.shape().reduced * kernel.shape().c),
          reduce_bias(kernel.shape().reduced),
          expand(kernel.shape().c * kernel.shape().reduced),
          expand_bias(kernel.shape().c),
          scratch(exact::workspace(kernel.workspace_bytes())) {}
    static std::int64_t image(const SqueezeExciteShape& s) { return s.n * s.h * s.w * s.c; }
    SqueezeExciteGradients gradients() const {
        return {reduce.data(), reduce_bias.data(), expand.data(), expand_bias.data()};
    }
};

/// Gradients of the weights add up n * c terms that are sums of h * w products themselves and mostly cancel: of size up
/// to 100 here, rounded to 6e-8 each at every step.
constexpr double tolerance = 3e-5;

void check(const SqueezeExciteShape& s) {
    SCOPED_TRACE(testing::Message() << "[" << s.n << ", " << s.h << ", " << s.w << ", " << s.c << "] reduced "
                                    << s.reduced);
    const SqueezeExcite kernel(s);
    const Data in(s);
    const Results out(kernel);
    kernel.forward(in.src.data(), in.weights(), out.dst.data(), out.saved.data());
    exact::expect_near(out.dst, reference::squeeze_excite_forward(s, in.reference_input()), tolerance, "dst");
    EXPECT_TRUE(out.saved.intact());

    const auto expected =
        reference::squeeze_excite_backward(s, in.reference_input(), exact::as_double(in.diff_dst.values()));
    SqueezeExciteBackward args{in.src.data(), in.diff_dst.data(), out.saved.data(), out.diff_src.data(),
                               out.gradients()};
    kernel.backward(args, in.weights(), out.scratch.data());
    EXPECT_TRUE(out.scratch.intact()) << "wrote outside the workspace";
    exact::expect_near(out.diff_src, expected.src, tolerance, "diff_src");
    exact::expect_near(out.reduce, expected.reduce, tolerance, "diff reduce");
    exact::expect_near(out.reduce_bias, expected.reduce_bias, tolerance, "diff reduce_bias");
    exact::expect_near(out.expand, expected.expand, tolerance, "diff expand");
    exact::expect_near(out.expand_bias, expected.expand_bias, tolerance, "diff expand_bias");

    args.diff_src = in.diff_dst.data();
    kernel.backward(args, in.weights(), out.scratch.data());
    exact::expect_near(in.diff_dst, expected.src, tolerance, "diff_src in place");
    kernel.forward(in.src.data(), in.weights(), in.src.data(), out.saved.data());
    EXPECT_EQ(in.src.values(), out.dst.values()) << "forward in place";
}

TEST(SqueezeExcite, MatchesTheReference) {
    for (const Activation kind : {Activation::relu, Activation::swish})
        for (const std::int64_t c : {1, 3, 8, 20, 24, 40, 64})
            for (const std::int64_t reduced : {1, 3, 16})
                for (const std::int64_t n : {1, 3})
                    check({.n = n, .h = 5, .w = 3, .c = c, .reduced = reduced, .activation = kind});
}

TEST(SqueezeExcite, MatchesTheReferenceForWideLayersAndLargeImages) {
    check({.n = 2, .h = 7, .w = 7, .c = 672, .reduced = 28, .activation = Activation::swish});
    check({.n = 1, .h = 1, .w = 1, .c = 1152, .reduced = 48, .activation = Activation::swish});
    check({.n = 1, .h = 56, .w = 56, .c = 96, .reduced = 4, .activation = Activation::relu});
    check({.n = 20, .h = 4, .w = 4, .c = 32, .reduced = 8, .activation = Activation::relu});
}

TEST(SqueezeExcite, BadShapesAreRefused) {
    EXPECT_THROW(SqueezeExcite({.n = 0}), ShapeError);
    EXPECT_THROW(SqueezeExcite({.c = 8, .reduced = 0}), ShapeError);
    EXPECT_THROW(SqueezeExcite({.activation = Activation::gelu}), ShapeError);
}

TEST(SqueezeExcite, GivesTheSameBitsForAnyNumberOfThreads) {
    for (const std::int64_t n : {1, 5})
        expect_same_bits_for_any_threads(
            [&] {
                const SqueezeExciteShape shape{
                    .n = n, .h = 28, .w = 27, .c = 104, .reduced = 13, .activation = Activation::swish};
                const SqueezeExcite kernel(shape);
                const Data in(shape);
                const Results out(kernel);
                kernel.forward(in.src.data(), in.weights(), out.dst.data(), out.saved.data());
                kernel.backward(
                    {in.src.data(), in.diff_dst.data(), out.saved.data(), out.diff_src.data(), out.gradients()},
                    in.weights(), out.scratch.data());
                return std::array{out.dst.values(),         out.diff_src.values(), out.reduce.values(),
                                  out.reduce_bias.values(), out.expand.values(),   out.expand_bias.values()};
            },
            "squeeze_excite");
}

}  // namespace
}  // namespace hpnas::kernel
