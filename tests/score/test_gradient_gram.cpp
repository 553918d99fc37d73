#include <gtest/gtest.h>
#include <omp.h>

#include <cmath>

#include "hpnas/kernel/reference.hpp"
#include "hpnas/score/gradient_gram.hpp"
#include "score/golden_network.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;

PatchLayer layer_of(const Shape& input, Conv2dAttributes attributes) {
    const Conv2d convolution(attributes);
    const Shape inputs[]{input};
    const Shape output = convolution.output_shape(inputs);
    return {input, convolution.attributes(), output[0], output[1]};
}

const std::vector<PatchLayer> layers{
    layer_of({7, 6, 4}, {.out = 6, .kernel = 3}),
    layer_of({7, 6, 4}, {.out = 6, .kernel = 3, .stride = 2, .groups = 2}),
    layer_of({9, 8, 4}, {.out = 4, .kernel = 5, .padding = 1, .dilation = 2, .groups = 4}),
    layer_of({5, 5, 8}, {.out = 16}),
    layer_of({1, 1, 32}, {.out = 10}),
    layer_of({32, 32, 16}, {.out = 24, .kernel = 3}),  // more positions than one step of the product takes
};

/// Slow: the reference's weight gradient of every sample, in double.
std::vector<double> reference_gram(const PatchLayer& layer, std::int64_t n, const std::vector<float>& src,
                                   const std::vector<float>& diff_dst) {
    const Conv2dAttributes& a = layer.attributes;
    const auto window = kernel::Window::square(a.kernel, a.stride, a.padding, a.dilation);
    const kernel::ConvolutionShape shape{1, layer.input[0], layer.input[1], layer.input[2], a.out, a.groups, window};
    std::vector<std::vector<double>> rows;
    for (std::int64_t i = 0; i < n; ++i) {
        const auto x = src.begin() + i * shape.src_count(), d = diff_dst.begin() + i * shape.dst_count();
        rows.push_back(kernel::reference::convolution_backward_weights(shape, {x, x + shape.src_count()},
                                                                       {d, d + shape.dst_count()}));
    }
    std::vector<double> gram;
    for (const auto& a_row : rows) {
        for (const auto& b_row : rows) {
            double sum = 0;
            for (std::size_t k = 0; k < a_row.size(); ++k) sum += a_row[k] * b_row[k];
            gram.push_back(sum);
        }
    }
    return gram;
}

void expect_close(const std::vector<double>& got, const std::vector<double>& expected, double tolerance) {
    double largest = 0;
    for (const double x : expected) largest = std::max(largest, std::abs(x));
    for (std::size_t i = 0; i < expected.size(); ++i) ASSERT_NEAR(got[i], expected[i], tolerance * largest) << i;
}

class Gram : public ::testing::TestWithParam<std::size_t> {
protected:
    const PatchLayer& layer = layers[GetParam()];
    static constexpr std::int64_t n = 3;
    const std::vector<float> src = wave(static_cast<std::size_t>(n * layer.input.count()), 0.7, 0.2, 1);
    const std::vector<float> diff =
        wave(static_cast<std::size_t>(n * layer.positions() * layer.attributes.out), 1.1, 0.4, 1);
    using Way = void (*)(const PatchLayer&, std::int64_t, const float*, const float*, std::vector<double>&);
    std::vector<double> by(Way way) const {
        std::vector<double> gram(n * n, 0);
        way(layer, n, src.data(), diff.data(), gram);
        return gram;
    }
};

TEST_P(Gram, EqualsTheReferenceEitherWay) {
    const std::vector<double> expected = reference_gram(layer, n, src, diff);
    expect_close(by(add_gram_by_gradients), expected, 1e-5);  // float32 sums of up to 1024 products
    expect_close(by(add_layer_gram), expected, 1e-5);
    if (layer.positions() <= 64) expect_close(by(add_gram_by_positions), expected, 1e-12);
}

TEST_P(Gram, IsTheSameForAnyNumberOfThreads) {
    const int threads = omp_get_max_threads();
    omp_set_num_threads(1);
    const std::vector<double> one = by(add_gram_by_gradients);
    omp_set_num_threads(2);
    const std::vector<double> two = by(add_gram_by_gradients);
    omp_set_num_threads(threads);
    EXPECT_EQ(one, two);
}

INSTANTIATE_TEST_SUITE_P(Layers, Gram, ::testing::Range<std::size_t>(0, layers.size()));

TEST(GradientGram, AddsRowProductsInTiles) {
    constexpr std::int64_t n = 4, width = 5000, stride = 5003;
    const std::vector<float> rows = wave(n * stride, 0.3, 0.1, 1);
    std::vector<double> gram(n * n, 1);
    add_row_products(rows.data(), n, width, stride, gram);
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < n; ++j) {
            double sum = 1;
            for (std::size_t k = 0; k < width; ++k)
                sum += static_cast<double>(rows[i * stride + k]) * rows[j * stride + k];
            EXPECT_NEAR(gram[i * n + j], sum, 1e-9);
        }
    }
}

}  // namespace
}  // namespace hpnas
