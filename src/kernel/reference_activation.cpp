#include <hpnas/kernel/reference.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>

namespace hpnas::kernel::reference {
namespace {

double sigmoid(double x) { return 1.0 / (1.0 + std::exp(-x)); }
double normal_cdf(double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); }
double normal_pdf(double x) { return std::exp(-0.5 * x * x) * std::numbers::inv_sqrtpi / std::numbers::sqrt2; }

}  // namespace

double activation(Activation kind, double x) {
    switch (kind) {
        case Activation::none: return x;
        case Activation::relu: return x > 0 ? x : 0.0;
        case Activation::swish: return x * sigmoid(x);
        case Activation::sigmoid: return sigmoid(x);
        case Activation::gelu: return x * normal_cdf(x);
        case Activation::tanh: return std::tanh(x);
        case Activation::leaky_relu: return x > 0 ? x : 0.01 * x;
        case Activation::relu6: return std::clamp(x, 0.0, 6.0);
    }
    return x;
}

double activation_derivative(Activation kind, double x) {
    const double s = sigmoid(x);
    switch (kind) {
        case Activation::none: return 1.0;
        case Activation::relu: return x > 0 ? 1.0 : 0.0;
        case Activation::swish: return s * (1.0 + x * (1.0 - s));
        case Activation::sigmoid: return s * (1.0 - s);
        case Activation::gelu: return normal_cdf(x) + x * normal_pdf(x);
        case Activation::tanh: return 1.0 - std::tanh(x) * std::tanh(x);
        case Activation::leaky_relu: return x > 0 ? 1.0 : 0.01;
        case Activation::relu6: return x > 0 && x < 6 ? 1.0 : 0.0;
    }
    return 1.0;
}

Values activation_forward(Activation kind, const Values& src) {
    Values dst(src.size());
    for (std::size_t i = 0; i < src.size(); ++i) dst[i] = activation(kind, src[i]);
    return dst;
}

Values activation_backward(Activation kind, const Values& src, const Values& diff_dst) {
    Values diff_src(src.size());
    for (std::size_t i = 0; i < src.size(); ++i) diff_src[i] = diff_dst[i] * activation_derivative(kind, src[i]);
    return diff_src;
}

Values cross_entropy(const Values& logits, const Values& targets, std::int64_t n, std::int64_t classes) {
    Values loss(static_cast<std::size_t>(n));
    const auto width = static_cast<std::size_t>(classes);
    for (std::size_t i = 0; i < loss.size(); ++i) {
        double sum = 0;
        for (std::size_t j = 0; j < width; ++j) sum += std::exp(logits[i * width + j]);
        for (std::size_t j = 0; j < width; ++j)
            loss[i] -= targets[i * width + j] * (logits[i * width + j] - std::log(sum));
    }
    return loss;
}

Values cross_entropy_backward(const Values& logits, const Values& targets, std::int64_t n, std::int64_t classes) {
    Values diff(logits.size());
    const auto width = static_cast<std::size_t>(classes);
    for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i) {
        double sum = 0, mass = 0;
        for (std::size_t j = 0; j < width; ++j) sum += std::exp(logits[i * width + j]);
        for (std::size_t j = 0; j < width; ++j) mass += targets[i * width + j];
        for (std::size_t j = 0; j < width; ++j)
            diff[i * width + j] = mass * std::exp(logits[i * width + j]) / sum - targets[i * width + j];
    }
    return diff;
}

}  // namespace hpnas::kernel::reference
