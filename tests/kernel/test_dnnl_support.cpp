#include <gtest/gtest.h>

#include "kernel/convolution_check.hpp"

/// The layers of the benchmark networks must run on generated code: the library's "ref" and "gemm" are 2 to 100 times
/// slower.
namespace hpnas::kernel {
namespace {

void add(std::vector<ConvolutionShape>& layers, const ConvolutionShape& layer) {
    if (std::find(layers.begin(), layers.end(), layer) == layers.end()) layers.push_back(layer);
}

/// ResNet-20 for 32 x 32 images, projection shortcuts. Source: He et al., CVPR 2016.
std::vector<ConvolutionShape> resnet20(std::int64_t n) {
    std::vector<ConvolutionShape> layers;
    const auto conv = [&](std::int64_t size, std::int64_t c, std::int64_t k, std::int64_t kernel, std::int64_t stride) {
        add(layers,
            {.n = n, .h = size, .w = size, .c = c, .k = k, .groups = 1, .window = Window::square(kernel, stride)});
    };
    conv(32, 3, 16, 3, 1);
    conv(32, 16, 16, 3, 1);
    for (const std::int64_t k : {32, 64}) {
        const std::int64_t size = 32 * 32 / k;  // of the source
        conv(size, k / 2, k, 3, 2);
        conv(size, k / 2, k, 1, 2);
        conv(size / 2, k, k, 3, 1);
    }
    return layers;
}

/// GPUNet-1 at 224. Source: Wang et al., CVPR 2022; stages as in benchmarks/peers/torch_networks.py.
std::vector<ConvolutionShape> gpunet1(std::int64_t n) {
    struct Stage {
        char kind;
        std::int64_t expansion, layers, width, stride;
    };
    std::vector<ConvolutionShape> layers;
    std::int64_t size = 224, c = 3;
    const auto conv = [&](std::int64_t k, std::int64_t kernel, std::int64_t stride, std::int64_t groups) {
        add(layers,
            {.n = n, .h = size, .w = size, .c = c, .k = k, .groups = groups, .window = Window::square(kernel, stride)});
        c = k;
        size = (size + stride - 1) / stride;
    };
    conv(24, 3, 2, 1);
    for (const Stage& stage : {Stage{'c', 1, 1, 24, 1}, Stage{'f', 4, 2, 64, 2}, Stage{'f', 4, 2, 96, 2},
                               Stage{'i', 2, 1, 160, 2}, Stage{'i', 5, 4, 288, 1}, Stage{'i', 4, 4, 448, 2}})
        for (std::int64_t i = 0; i < stage.layers; ++i) {
            const std::int64_t middle = c * stage.expansion, stride = i == 0 ? stage.stride : 1;
            if (stage.kind == 'i') {
                conv(middle, 1, 1, 1);
                conv(middle, 3, stride, middle);
            } else {
                conv(stage.kind == 'c' ? stage.width : middle, 3, stride, 1);
            }
            if (stage.kind != 'c') conv(stage.width, 1, 1, 1);
        }
    conv(1280, 1, 1, 1);
    return layers;
}

bool is_slow(const std::string& implementation) {
    return implementation.find("ref") != std::string::npos || implementation.find("gemm") != std::string::npos;
}

/// Training and inference; the stem (three channels) has no gradient of its source.
void expect_generated(Engine& engine, const ConvolutionShape& shape) {
    const std::string training = Convolution(engine, shape, false, shape.c > 3).implementation();
    EXPECT_FALSE(is_slow(training)) << exact::describe(shape) << ": " << training;
    using enum Activation;
    for (const ConvolutionEpilogue epilogue :
         {ConvolutionEpilogue{none, false}, {relu, false}, {swish, false}, {none, true}, {relu, true}}) {
        const std::string inference = PackedConvolution(engine, shape, epilogue).implementation();
        EXPECT_FALSE(is_slow(inference)) << exact::describe(shape) << ": " << inference;
    }
}

TEST(DnnlSupport, NoLayerOfResNet20RunsOnSlowCode) {
    if (Engine::isa() == "baseline") GTEST_SKIP() << "the library generates code for AVX2 and AVX-512";
    Engine engine;
    for (const ConvolutionShape& shape : resnet20(64)) expect_generated(engine, shape);
    const std::string classifier = Linear(engine, {.rows = 64, .c = 64, .k = 10}).implementation();
    if (Engine::isa() == "avx512") {
        EXPECT_FALSE(is_slow(classifier)) << classifier;
    }
}

TEST(DnnlSupport, NoLayerOfGpunet1RunsOnSlowCode) {
    if (Engine::isa() == "baseline") GTEST_SKIP() << "the library generates code for AVX2 and AVX-512";
    for (const std::int64_t n : {1, 8}) {
        Engine engine;
        const std::vector<ConvolutionShape> layers = gpunet1(n);
        EXPECT_EQ(layers.back().h, 7);  // 224 / 2^5
        for (const ConvolutionShape& shape : layers) expect_generated(engine, shape);
        const std::string classifier = Linear(engine, {.rows = n, .c = 1280, .k = 1000}).implementation();
        if (Engine::isa() == "avx512") {
            EXPECT_FALSE(is_slow(classifier)) << classifier;
        }
    }
}

}  // namespace
}  // namespace hpnas::kernel
