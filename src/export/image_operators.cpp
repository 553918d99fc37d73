#include <cmath>

#include "hpnas/op/batch_norm.hpp"
#include "hpnas/op/conv2d.hpp"
#include "hpnas/op/crop.hpp"
#include "hpnas/op/pooling.hpp"
#include "hpnas/op/reflect_pad.hpp"
#include "hpnas/op/squeeze_excite.hpp"
#include "translation.hpp"

namespace hpnas {
namespace {

std::vector<std::int64_t> pair(std::int64_t size) { return {size, size}; }
std::vector<std::int64_t> four(std::int64_t size) { return {size, size, size, size}; }

/// [K, kh, kw, C] to ONNX's [K, C, kh, kw].
std::vector<float> channels_first(std::span<const float> weight, const Conv2dAttributes& a, std::int64_t channels) {
    const auto positions = static_cast<std::size_t>(a.kernel * a.kernel), c = static_cast<std::size_t>(channels);
    std::vector<float> result(weight.size());
    for (std::size_t k = 0; k < static_cast<std::size_t>(a.out); ++k)
        for (std::size_t p = 0; p < positions; ++p)
            for (std::size_t i = 0; i < c; ++i)
                result[(k * c + i) * positions + p] = weight[(k * positions + p) * c + i];
    return result;
}

/// A batch norm of running statistics as x * scale + shift.
struct ScaleAndShift {
    std::vector<float> scale, shift;
};

ScaleAndShift scale_and_shift(const Translation& t) {
    const BatchNormAttributes& a = t.op<BatchNorm>().attributes();
    const std::span<const float> mean = t.values("running_mean"), variance = t.values("running_var");
    ScaleAndShift result;
    for (std::size_t c = 0; c < mean.size(); ++c) {
        const double gamma = a.affine ? static_cast<double>(t.values("weight")[c]) : 1;
        const double beta = a.affine ? static_cast<double>(t.values("bias")[c]) : 0;
        const double scale = gamma / std::sqrt(static_cast<double>(variance[c]) + a.eps);
        result.scale.push_back(static_cast<float>(scale));
        result.shift.push_back(static_cast<float>(beta - scale * static_cast<double>(mean[c])));
    }
    return result;
}

/// ONNX's operator for images and vectors; it takes no sequences [N, L, C].
std::string normalised(const Translation& t) {
    const BatchNormAttributes& a = t.op<BatchNorm>().attributes();
    const std::int64_t channels = t.shape().channels();
    const std::vector<std::int64_t> sizes{channels};
    if (t.shape().rank() == 2) {
        const ScaleAndShift norm = scale_and_shift(t);
        const std::string scaled = t.add("Mul", {t.plain(), t.parameter("scale", sizes, norm.scale)});
        return t.add("Add", {scaled, t.parameter("shift", sizes, norm.shift)});
    }
    const std::vector<float> ones(static_cast<std::size_t>(channels), 1.0F), zeros(ones.size(), 0.0F);
    const std::string weight =
        t.parameter("weight", sizes, a.affine ? t.values("weight") : std::span<const float>(ones));
    const std::string bias = t.parameter("bias", sizes, a.affine ? t.values("bias") : std::span<const float>(zeros));
    return t.add("BatchNormalization",
                 {t.shape().rank() == 3 ? t.image() : t.plain(), weight, bias, t.parameter("running_mean", sizes),
                  t.parameter("running_var", sizes)},
                 {{"epsilon", static_cast<float>(a.eps)}});
}

/// [N, C] to [N, C, 1, 1].
std::string gate(const Translation& t, const std::string& vector, std::int64_t channels) {
    return t.reshaped(vector, {channels, 1, 1});
}

}  // namespace

OnnxValue translate_conv2d(const Translation& t) {
    const Conv2dAttributes& a = t.op<Conv2d>().attributes();
    const std::int64_t channels = t.src_shape().channels() / a.groups;
    std::vector<std::string> inputs{t.image(), t.parameter("weight", {a.out, channels, a.kernel, a.kernel},
                                                           channels_first(t.values("weight"), a, channels))};
    if (a.bias) inputs.push_back(t.parameter("bias", {a.out}));
    std::string y = t.add("Conv", inputs,
                          {{"kernel_shape", pair(a.kernel)},
                           {"strides", pair(a.stride)},
                           {"pads", four(a.padding)},
                           {"dilations", pair(a.dilation)},
                           {"group", a.groups}});
    if (a.residual) y = t.add("Add", {y, t.image(1)});
    return t.image_result(t.activated(a.activation, y));
}

OnnxValue translate_batch_norm(const Translation& t) {
    const BatchNormAttributes& a = t.op<BatchNorm>().attributes();
    const bool image = t.shape().rank() == 3;
    std::string y = normalised(t);
    if (a.residual) y = t.add("Add", {y, image ? t.image(1) : t.plain(1)});
    y = t.activated(a.activation, y);
    return image ? t.image_result(y) : t.plain_result(y);
}

OnnxValue translate_pooling(const Translation& t) {
    const PoolingAttributes& a = t.op<Pooling>().attributes();
    return t.image_result(
        t.add(t.type() == "max_pool" ? "MaxPool" : "AveragePool", {t.image()},
              {{"kernel_shape", pair(a.kernel)}, {"strides", pair(a.stride)}, {"pads", four(a.padding)}}));
}

OnnxValue translate_global_average_pool(const Translation& t) {
    return t.plain_result(t.add("Flatten", {t.add("GlobalAveragePool", {t.image()})}));
}

OnnxValue translate_squeeze_excite(const Translation& t) {
    const SqueezeExciteAttributes& a = t.op<SqueezeExcite>().attributes();
    const std::int64_t c = t.shape().channels(), r = a.reduced;
    const auto convolve = [&](const std::string& x, const std::string& part, std::int64_t out, std::int64_t in) {
        return t.add("Conv", {x, t.parameter(part + ".weight", {out, in, 1, 1}), t.parameter(part + ".bias", {out})},
                     {{"kernel_shape", pair(1)}});
    };
    const std::string x = t.image();
    const std::string hidden = t.activated(a.activation, convolve(t.add("GlobalAveragePool", {x}), "reduce", r, c));
    return t.image_result(t.add("Mul", {x, t.add("Sigmoid", {convolve(hidden, "expand", c, r)})}));
}

OnnxValue translate_scale_channels(const Translation& t) {
    return t.image_result(t.add("Mul", {t.image(), gate(t, t.plain(1), t.shape().channels())}));
}

OnnxValue translate_crop(const Translation& t) {
    const CropAttributes& a = t.op<Crop>().attributes();
    GraphWriter& graph = t.graph();
    const std::vector<std::int64_t> starts{a.top, a.left}, ends{a.top + t.shape()[0], a.left + t.shape()[1]},
        axes{2, 3};
    return t.image_result(t.add("Slice", {t.image(), graph.list(starts), graph.list(ends), graph.list(axes)}));
}

OnnxValue translate_reflect_pad(const Translation& t) {
    const ReflectPadAttributes& a = t.op<ReflectPad>().attributes();
    const std::vector<std::int64_t> pads{0, 0, a.height, a.width, 0, 0, a.height, a.width};
    return t.image_result(t.add("Pad", {t.image(), t.graph().list(pads)}, {{"mode", std::string("reflect")}}));
}

}  // namespace hpnas
