#include "hpnas/kernel/activation.hpp"
#include "kernel/exact.hpp"
#include "kernel/threads.hpp"

namespace hpnas::kernel {
namespace {

constexpr std::array kinds{Activation::none, Activation::relu, Activation::swish,      Activation::sigmoid,
                           Activation::gelu, Activation::tanh, Activation::leaky_relu, Activation::relu6};

/// Roundings of float32, 6e-8 each: two of the exponential, and a handful in the formula around it.
constexpr double tolerance = 1e-6;

/// Zero, both sides of it, where functions saturate, where e^x overflows, and normal numbers; `count` of them.
std::vector<float> inputs(std::int64_t count) {
    std::vector<float> x = exact::rough_values(count, 1);
    const std::vector<float> special{0.0F,  -0.0F,  1e-30F, -1e-30F, 3.0F,    -3.0F,
                                     12.0F, -12.0F, 80.0F,  -80.0F,  1000.0F, -1000.0F};
    for (std::size_t i = 0; i < std::min(x.size(), special.size()); ++i) x[x.size() - 1 - i] = special[i];
    return x;
}

TEST(Activation, ForwardMatchesTheReferenceForEveryCount) {
    for (const Activation kind : kinds)
        for (const std::int64_t count : {1, 3, 8, 15, 16, 17, 63, 64, 65, 1000, 70000}) {
            const exact::Buffer src(inputs(count)), dst(count);
            const auto expected = reference::activation_forward(kind, exact::as_double(src.values()));
            activation_forward(kind, src.data(), dst.data(), count);
            exact::expect_near(dst, expected, tolerance, "dst");
            activation_forward(kind, src.data(), src.data(), count);
            exact::expect_near(src, expected, tolerance, "dst in place");
        }
}

TEST(Activation, BackwardMatchesTheReferenceForEveryCount) {
    for (const Activation kind : kinds)
        for (const std::int64_t count : {1, 3, 8, 15, 16, 17, 63, 64, 65, 1000, 70000}) {
            const exact::Buffer src(inputs(count)), diff_dst(exact::rough_values(count, 2)), diff_src(count);
            const auto expected = reference::activation_backward(kind, exact::as_double(src.values()),
                                                                 exact::as_double(diff_dst.values()));
            activation_backward(kind, src.data(), diff_dst.data(), diff_src.data(), count);
            exact::expect_near(diff_src, expected, tolerance, "diff_src");
            activation_backward(kind, src.data(), diff_dst.data(), diff_dst.data(), count);
            exact::expect_near(diff_dst, expected, tolerance, "diff_src in place");
        }
}

TEST(Activation, BackwardOfReluTakesItsOutputToo) {
    const exact::Buffer dst(std::vector<float>{0.0F, 2.0F, -0.0F}), diff(std::vector<float>{5.0F, 6.0F, 7.0F});
    activation_backward(Activation::relu, dst.data(), diff.data(), diff.data(), 3);
    EXPECT_EQ(diff.values(), (std::vector<float>{0.0F, 6.0F, 0.0F}));
}

TEST(Activation, NaNIsPassedOn) {
    for (const Activation kind : kinds) {
        std::vector<float> x(40, 1.0F);
        x[3] = x[39] = std::numeric_limits<float>::quiet_NaN();  // in a whole vector and in the tail
        activation_forward(kind, x.data(), x.data(), 40);
        EXPECT_TRUE(std::isnan(x[3]) && std::isnan(x[39])) << static_cast<int>(kind);
        EXPECT_FALSE(std::isnan(x[4])) << static_cast<int>(kind);
    }
}

TEST(Activation, GeluKeepsInfinity) {
    std::vector<float> x(17, std::numeric_limits<float>::infinity());
    activation_forward(Activation::gelu, x.data(), x.data(), 17);
    for (const float y : x) EXPECT_EQ(y, std::numeric_limits<float>::infinity());
}

TEST(Activation, GivesTheSameBitsForAnyNumberOfThreads) {
    const std::int64_t count = 200003;
    for (const Activation kind : kinds)
        expect_same_bits_for_any_threads(
            [&] {
                const exact::Buffer src(inputs(count)), dst(count);
                activation_forward(kind, src.data(), dst.data(), count);
                activation_backward(kind, src.data(), dst.data(), dst.data(), count);
                return dst.values();
            },
            "activation");
}

}  // namespace
}  // namespace hpnas::kernel
