#include "reference_activation.hpp"

#include <cmath>
#include <numbers>

namespace hpnas {
namespace {

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }
double normal_cdf(double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); }

double value(Activation kind, double x) {
    switch (kind) {
        case Activation::none:
            return x;
        case Activation::relu:
            return x > 0 ? x : 0;
        case Activation::swish:
            return x * sigmoid(x);
        case Activation::sigmoid:
            return sigmoid(x);
        case Activation::gelu:
            return x * normal_cdf(x);
    }
    return x;
}

double derivative(Activation kind, double x) {
    const double s = sigmoid(x);
    switch (kind) {
        case Activation::none:
            return 1;
        case Activation::relu:
            return x > 0 ? 1 : 0;
        case Activation::swish:
            return s + x * s * (1 - s);
        case Activation::sigmoid:
            return s * (1 - s);
        case Activation::gelu:
            return normal_cdf(x) + x * std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi);
    }
    return 1;
}

}  // namespace

std::vector<double> reference_activation(Activation kind, const std::vector<double>& src) {
    std::vector<double> dst(src.size());
    for (std::size_t i = 0; i < src.size(); ++i) dst[i] = value(kind, src[i]);
    return dst;
}

std::vector<double> reference_activation_gradient(Activation kind, const std::vector<double>& src,
                                                  const std::vector<double>& diff_dst) {
    std::vector<double> diff(src.size());
    for (std::size_t i = 0; i < src.size(); ++i) diff[i] = diff_dst[i] * derivative(kind, src[i]);
    return diff;
}

}  // namespace hpnas
