#include "kernel/gradient_check.hpp"

namespace hpnas::kernel::reference {
namespace {

TEST(ReferenceConvolution, MatchesAHandCalculation) {
    // One row 1 2 3 4 under the filter 1 10 100, stride 2, one zero on the left: (0 1 2), (2 3 4); bias 5.
    const ConvolutionShape shape{.h = 1, .w = 4, .window = {.kw = 3, .stride_w = 2, .pad_left = 1}};
    EXPECT_EQ(convolution_forward(shape, {1, 2, 3, 4}, {1, 10, 100}, {5}),
              (Values{0 + 10 + 200 + 5, 2 + 30 + 400 + 5}));
    EXPECT_EQ(convolution_backward_data(shape, {1, 2}, {1, 10, 100}), (Values{10, 100 + 2, 20, 200}));
    EXPECT_EQ(convolution_backward_weights(shape, {1, 2, 3, 4}, {1, 2}), (Values{0 + 4, 1 + 6, 2 + 8}));
}

TEST(ReferenceConvolution, GroupsSeeTheirOwnChannels) {
    // Two groups of two input channels and one output channel each: 1 * 1 + 2 * 10, 3 * 100 + 4 * 1000.
    const ConvolutionShape shape{.c = 4, .k = 2, .groups = 2, .window = {}};
    EXPECT_EQ(convolution_forward(shape, {1, 2, 3, 4}, {1, 10, 100, 1000}, {}), (Values{21, 4300}));
}

TEST(ReferenceConvolution, GradientsMatchFiniteDifferences) {
    const std::vector<ConvolutionShape> shapes{
        {.n = 2, .h = 5, .w = 4, .c = 2, .k = 3, .window = Window::square(3)},
        {.n = 1, .h = 5, .w = 6, .c = 4, .k = 2, .groups = 2, .window = Window::square(3, 2)},
        {.n = 2, .h = 6, .w = 5, .c = 3, .k = 3, .groups = 3, .window = Window::square(3, 1, -1, 2)},
        {.n = 1,
         .h = 4,
         .w = 7,
         .c = 2,
         .k = 2,
         .window = {.kh = 2, .kw = 3, .stride_w = 3, .pad_bottom = 1, .pad_left = 2}}};
    for (const ConvolutionShape& s : shapes) {
        const Values src = random_values(s.src_count(), 1), weights = random_values(s.weight_count(), 2);
        const Values bias = random_values(s.k, 3), diff_dst = random_values(s.dst_count(), 4);
        expect_gradient([&](const Values& x) { return dot(convolution_forward(s, x, weights, bias), diff_dst); }, src,
                        convolution_backward_data(s, diff_dst, weights), "diff_src");
        expect_gradient([&](const Values& w) { return dot(convolution_forward(s, src, w, bias), diff_dst); }, weights,
                        convolution_backward_weights(s, src, diff_dst), "diff_weights");
        expect_gradient([&](const Values& b) { return dot(convolution_forward(s, src, weights, b), diff_dst); }, bias,
                        bias_backward(diff_dst, s.k), "diff_bias");
    }
}

TEST(ReferenceConvolution, ProductsMatchAHandCalculationForEveryTransposition) {
    // [1 2 3; 4 5 6] * [1 0; 0 1; 2 2] = [7 8; 16 17], then bias -10, 1 and relu.
    const Values a{1, 2, 3, 4, 5, 6}, at{1, 4, 2, 5, 3, 6}, b{1, 0, 0, 1, 2, 2}, bt{1, 0, 2, 0, 1, 2};
    for (const bool ta : {false, true})
        for (const bool tb : {false, true}) {
            const MatmulShape shape{
                .m = 2, .n = 2, .k = 3, .transpose_a = ta, .transpose_b = tb, .activation = Activation::relu};
            EXPECT_EQ(matmul(shape, ta ? at : a, tb ? bt : b, {-10, 1}), (Values{0, 9, 6, 18}));
        }
    const MatmulShape batch{.m = 1, .n = 1, .k = 2, .batch = 2};
    EXPECT_EQ(matmul(batch, {1, 2, 3, 4}, {1, 1, 10, 100}, {}), (Values{3, 430}));
}

}  // namespace
}  // namespace hpnas::kernel::reference
