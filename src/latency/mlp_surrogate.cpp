#include "hpnas/latency/mlp_surrogate.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }
double activated(double x) { return x * sigmoid(x); }
double activated_slope(double x) {
    const double s = sigmoid(x);
    return s * (1 + x * (1 - s));
}

bool all_finite(std::span<const double> values) {
    return std::all_of(values.begin(), values.end(), [](double x) { return std::isfinite(x); });
}

bool fits(const DenseLayer& layer, std::size_t in) {
    return layer.in == in && layer.out > 0 && layer.weights.size() == in * layer.out &&
           layer.bias.size() == layer.out && all_finite(layer.weights) && all_finite(layer.bias);
}

bool usable(const MlpParameters& p) {
    std::size_t width = p.inputs.size();
    for (const DenseLayer& layer : p.layers) {
        if (!fits(layer, width)) return false;
        width = layer.out;
    }
    const bool inputs = std::all_of(p.inputs.begin(), p.inputs.end(), [](const Standardisation& s) {
        return std::isfinite(s.mean) && std::isfinite(s.scale) && s.scale >= 0;
    });
    return inputs && !p.inputs.empty() && !p.layers.empty() && width == 1 && std::isfinite(p.output.mean) &&
           std::isfinite(p.output.scale) && p.output.scale > 0;
}

/// Row by row, so that the inner loop runs along memory and the order of each sum is fixed.
void dense(const DenseLayer& layer, std::span<const double> src, std::vector<double>& dst) {
    dst = layer.bias;
    for (std::size_t i = 0; i < layer.in; ++i) {
        if (src[i] == 0) continue;
        const double x = src[i];
        const double* row = layer.weights.data() + i * layer.out;
        for (std::size_t j = 0; j < layer.out; ++j) dst[j] += x * row[j];
    }
}

void add_parameter_gradient(DenseLayer& gradient, std::span<const double> src, std::span<const double> diff_dst) {
    for (std::size_t i = 0; i < gradient.in; ++i) {
        if (src[i] == 0) continue;
        const double x = src[i];
        double* row = gradient.weights.data() + i * gradient.out;
        for (std::size_t j = 0; j < gradient.out; ++j) row[j] += x * diff_dst[j];
    }
    for (std::size_t j = 0; j < gradient.out; ++j) gradient.bias[j] += diff_dst[j];
}

/// Four partial sums let the processor overlap the additions; their order is fixed.
double dot(const double* a, const double* b, std::size_t n) {
    double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    std::size_t j = 0;
    for (; j + 4 <= n; j += 4) {
        s0 += a[j] * b[j];
        s1 += a[j + 1] * b[j + 1];
        s2 += a[j + 2] * b[j + 2];
        s3 += a[j + 3] * b[j + 3];
    }
    for (; j < n; ++j) s0 += a[j] * b[j];
    return (s0 + s1) + (s2 + s3);
}

std::vector<double> input_gradient(const DenseLayer& layer, std::span<const double> diff_dst) {
    std::vector<double> diff(layer.in);
    for (std::size_t i = 0; i < layer.in; ++i)
        diff[i] = dot(layer.weights.data() + i * layer.out, diff_dst.data(), layer.out);
    return diff;
}

}  // namespace

void standardise(std::span<const Standardisation> inputs, std::span<const double> features, std::span<double> dst) {
    for (std::size_t i = 0; i < inputs.size(); ++i)
        dst[i] = inputs[i].scale > 0 ? (features[i] - inputs[i].mean) / inputs[i].scale : 0;
}

double mlp_forward(std::span<const DenseLayer> layers, std::span<const double> point, MlpTrace& trace) {
    trace.inputs.resize(layers.size());
    trace.outputs.resize(layers.size());
    trace.inputs[0].assign(point.begin(), point.end());
    for (std::size_t l = 0; l < layers.size(); ++l) {
        dense(layers[l], trace.inputs[l], trace.outputs[l]);
        if (l + 1 == layers.size()) break;
        trace.inputs[l + 1].resize(layers[l].out);
        std::transform(trace.outputs[l].begin(), trace.outputs[l].end(), trace.inputs[l + 1].begin(), activated);
    }
    return trace.outputs.back()[0];
}

void mlp_backward(std::span<const DenseLayer> layers, const MlpTrace& trace, double slope,
                  std::span<DenseLayer> gradients, std::span<double> diff_point) {
    std::vector<double> diff{slope};  // by the output of layer l
    for (std::size_t l = layers.size(); l-- > 0;) {
        if (!gradients.empty()) add_parameter_gradient(gradients[l], trace.inputs[l], diff);
        if (l == 0 && diff_point.empty()) return;
        diff = input_gradient(layers[l], diff);
        if (l == 0) break;
        for (std::size_t j = 0; j < diff.size(); ++j) diff[j] *= activated_slope(trace.outputs[l - 1][j]);
    }
    std::copy(diff.begin(), diff.end(), diff_point.begin());
}

MlpSurrogate::MlpSurrogate(MlpParameters parameters) : parameters_(std::move(parameters)) {
    if (!usable(parameters_))
        throw InternalError("mlp surrogate: expected layers that fit together, one output and finite numbers");
}

double MlpSurrogate::do_value(std::span<const double> features) const {
    std::vector<double> point(features.size());
    standardise(parameters_.inputs, features, point);
    MlpTrace trace;
    return parameters_.output.mean + parameters_.output.scale * mlp_forward(parameters_.layers, point, trace);
}

double MlpSurrogate::do_value_and_gradient(std::span<const double> features, std::span<double> gradient) const {
    std::vector<double> point(features.size());
    standardise(parameters_.inputs, features, point);
    MlpTrace trace;
    const double output = mlp_forward(parameters_.layers, point, trace);
    mlp_backward(parameters_.layers, trace, parameters_.output.scale, {}, gradient);
    for (std::size_t i = 0; i < gradient.size(); ++i) {
        const double scale = parameters_.inputs[i].scale;
        gradient[i] = scale > 0 ? gradient[i] / scale : 0;
    }
    return parameters_.output.mean + parameters_.output.scale * output;
}

}  // namespace hpnas
