#pragma once
#include <string>
#include <vector>

#include "hpnas/graph/network.hpp"
#include "hpnas/op/activate.hpp"
#include "hpnas/op/add.hpp"
#include "hpnas/op/batch_norm.hpp"
#include "hpnas/op/conv2d.hpp"
#include "hpnas/op/global_average_pool.hpp"
#include "hpnas/op/linear.hpp"
#include "hpnas/op/squeeze_excite.hpp"

namespace hpnas::bench {

/// Adds convolution, batch norm and activation with running numbers for names.
class Layers {
public:
    explicit Layers(double eps) : eps_(eps) {}
    NetworkBuilder builder;

    NodeId conv(NodeId x, Conv2dAttributes a, Activation activation) {
        NodeId y = builder.add(name("conv"), make_conv2d(a), x);
        y = builder.add(name("bn"), make_batch_norm({.eps = eps_}), y);
        return activation == Activation::none ? y : builder.add(name("act"), make_activation(activation), y);
    }
    NodeId depthwise(NodeId x, std::int64_t kernel, std::int64_t stride, Activation activation) {
        const std::int64_t c = channels(x);
        return conv(x, {.out = c, .kernel = kernel, .stride = stride, .groups = c}, activation);
    }
    NodeId add(NodeId a, NodeId b) { return builder.add(name("add"), make_add(), {a, b}); }
    std::int64_t channels(NodeId x) const { return builder.shape(x).channels(); }
    std::string name(const std::string& what) { return what + std::to_string(n_++); }
    Network head(NodeId x, std::int64_t classes) {
        const NodeId mean = builder.add("pool", make_global_average_pool(), x);
        return std::move(builder).finish({builder.add("fc", make_linear({.out = classes}), mean)});
    }

private:
    double eps_;
    int n_ = 0;
};

/// ResNet-20 for 32 x 32 images, widths 16, 32, 64, projection shortcuts. Source: He et al., CVPR 2016.
inline Network resnet20() {
    Layers l(1e-5);
    const Activation relu = Activation::relu;
    NodeId x = l.conv(l.builder.input("image", {32, 32, 3}), {.out = 16, .kernel = 3}, relu);
    for (const std::int64_t width : {16, 32, 64}) {
        for (int i = 0; i < 3; ++i) {
            const std::int64_t stride = i == 0 && width > 16 ? 2 : 1;
            NodeId y = l.conv(x, {.out = width, .kernel = 3, .stride = stride}, relu);
            y = l.conv(y, {.out = width, .kernel = 3}, Activation::none);
            if (stride == 2) x = l.conv(x, {.out = width, .stride = stride}, Activation::none);
            x = l.builder.add(l.name("act"), make_relu(), l.add(y, x));
        }
    }
    return l.head(x, 10);
}

/// One stage of blocks of a GPUNet: kind 'c' convolution, 'f' fused inverted residual, 'i' inverted residual.
struct Stage {
    char kind;
    std::int64_t kernel, expansion;
    bool se;
    Activation activation;
    int layers;
    std::int64_t width, stride;
};

inline NodeId gpunet_block(Layers& l, NodeId x, const Stage& s, std::int64_t stride) {
    const std::int64_t in = l.channels(x), mid = in * s.expansion;
    if (s.kind == 'c') return l.conv(x, {.out = s.width, .kernel = s.kernel, .stride = stride}, s.activation);
    NodeId y = x;
    if (s.kind == 'f') {
        y = l.conv(y, {.out = mid, .kernel = s.kernel, .stride = stride}, s.activation);
    } else {
        y = l.conv(y, {.out = mid}, s.activation);
        y = l.depthwise(y, s.kernel, stride, s.activation);
    }
    if (s.se) {
        const SqueezeExciteAttributes a{.reduced = in / 4, .activation = s.activation};
        y = l.builder.add(l.name("se"), make_squeeze_excite(a), y);
    }
    y = l.conv(y, {.out = s.width}, Activation::none);
    return stride == 1 && in == s.width ? l.add(y, x) : y;
}

/// GPUNet-1 at `resolution` with padding k // 2. Source: Wang et al., CVPR 2022.
inline Network gpunet1(std::int64_t resolution) {
    const Activation relu = Activation::relu, swish = Activation::swish;
    const std::vector<Stage> stages{{'c', 3, 1, false, relu, 1, 24, 1},  {'f', 3, 4, false, swish, 2, 64, 2},
                                    {'f', 3, 4, false, swish, 2, 96, 2}, {'i', 3, 2, true, swish, 1, 160, 2},
                                    {'i', 3, 5, false, relu, 4, 288, 1}, {'i', 3, 4, true, relu, 4, 448, 2}};
    Layers l(1e-3);
    NodeId x = l.builder.input("image", {resolution, resolution, 3});
    x = l.conv(x, {.out = 24, .kernel = 3, .stride = 2}, swish);
    for (const Stage& s : stages) {
        for (int i = 0; i < s.layers; ++i) x = gpunet_block(l, x, s, i == 0 ? s.stride : 1);
    }
    return l.head(l.conv(x, {.out = 1280}, relu), 1000);
}

/// MobileNetV2 1.0 at 224 with relu for relu6. Source: Sandler et al., CVPR 2018.
inline Network mobilenet_v2() {
    const Activation relu = Activation::relu;
    Layers l(1e-5);
    NodeId x = l.conv(l.builder.input("image", {224, 224, 3}), {.out = 32, .kernel = 3, .stride = 2}, relu);
    x = l.conv(l.depthwise(x, 3, 1, relu), {.out = 16}, Activation::none);
    const std::vector<Stage> stages{{'i', 3, 6, false, relu, 2, 24, 2},  {'i', 3, 6, false, relu, 3, 32, 2},
                                    {'i', 3, 6, false, relu, 4, 64, 2},  {'i', 3, 6, false, relu, 3, 96, 1},
                                    {'i', 3, 6, false, relu, 3, 160, 2}, {'i', 3, 6, false, relu, 1, 320, 1}};
    for (const Stage& s : stages) {
        for (int i = 0; i < s.layers; ++i) x = gpunet_block(l, x, s, i == 0 ? s.stride : 1);
    }
    return l.head(l.conv(x, {.out = 1280}, relu), 1000);
}

}  // namespace hpnas::bench
