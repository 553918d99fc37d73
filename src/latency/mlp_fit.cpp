#include "hpnas/latency/mlp_fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <utility>

#include "hpnas/core/error.hpp"
#include "hpnas/core/rng.hpp"

namespace hpnas {
namespace {

constexpr std::size_t fewest_samples = 4;

using Indices = std::vector<std::size_t>;

void shuffle(Indices& indices, Rng rng) {
    for (std::size_t i = indices.size(); i > 1; --i) std::swap(indices[i - 1], indices[rng.below(i)]);
}

template <class Value>
Standardisation standardisation(const Indices& rows, const Value& value) {
    const auto n = static_cast<double>(rows.size());
    Standardisation result{0, 0};
    for (const std::size_t i : rows) result.mean += value(i) / n;
    for (const std::size_t i : rows) result.scale += (value(i) - result.mean) * (value(i) - result.mean) / n;
    result.scale = std::sqrt(result.scale);
    // Rounding of the mean alone is no variation.
    if (result.scale < 1e-12 * std::abs(result.mean)) result.scale = 0;
    return result;
}

std::vector<DenseLayer> initial_layers(std::size_t features, const MlpFitOptions& options, std::uint64_t seed) {
    std::vector<DenseLayer> layers;
    std::size_t in = features;
    for (std::int64_t l = 0; l < options.layers; ++l) {
        const std::size_t out = l + 1 == options.layers ? 1 : static_cast<std::size_t>(options.width);
        DenseLayer layer{in, out, std::vector<double>(in * out), std::vector<double>(out)};
        Rng rng(seed, Purpose::initialisation, static_cast<std::uint64_t>(l));
        const double scale = std::sqrt(2 / static_cast<double>(in));
        for (double& w : layer.weights) w = scale * rng.normal();
        layers.push_back(std::move(layer));
        in = out;
    }
    return layers;
}

void set_zero(std::vector<DenseLayer>& layers) {
    for (DenseLayer& layer : layers) {
        std::fill(layer.weights.begin(), layer.weights.end(), 0.0);
        std::fill(layer.bias.begin(), layer.bias.end(), 0.0);
    }
}

/// Adam (Kingma, Ba, 2015) with its usual constants; weight decay decoupled, on weights only.
class Adam {
public:
    explicit Adam(std::vector<DenseLayer> zeros) : mean_(zeros), square_(std::move(zeros)) {}
    void step(std::vector<DenseLayer>& layers, const std::vector<DenseLayer>& gradients, double rate, double decay) {
        ++steps_;
        correction1_ = 1 - std::pow(beta1, steps_);
        correction2_ = 1 - std::pow(beta2, steps_);
        for (std::size_t l = 0; l < layers.size(); ++l) {
            for (double& w : layers[l].weights) w *= 1 - rate * decay;
            update(layers[l].weights, gradients[l].weights, mean_[l].weights, square_[l].weights, rate);
            update(layers[l].bias, gradients[l].bias, mean_[l].bias, square_[l].bias, rate);
        }
    }

private:
    static constexpr double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
    void update(std::vector<double>& values, const std::vector<double>& gradient, std::vector<double>& mean,
                std::vector<double>& square, double rate) const {
        for (std::size_t i = 0; i < values.size(); ++i) {
            mean[i] += (1 - beta1) * (gradient[i] - mean[i]);
            square[i] += (1 - beta2) * (gradient[i] * gradient[i] - square[i]);
            values[i] -= rate * (mean[i] / correction1_) / (std::sqrt(square[i] / correction2_) + epsilon);
        }
    }
    std::vector<DenseLayer> mean_, square_;
    double steps_ = 0, correction1_ = 1, correction2_ = 1;
};

class MlpTraining {
public:
    MlpTraining(const SurrogateSamples& samples, const MlpFitOptions& options, std::uint64_t seed)
        : options_(options), seed_(seed), features_(samples.features) {
        split(samples.size());
        for (std::size_t j = 0; j < features_; ++j)
            parameters_.inputs.push_back(standardisation(train_, [&](std::size_t i) { return samples.point(i)[j]; }));
        parameters_.output = standardisation(train_, [&](std::size_t i) { return samples.ms[i]; });
        if (parameters_.output.scale == 0) parameters_.output.scale = 1;
        points_.resize(samples.points.size());
        for (std::size_t i = 0; i < samples.size(); ++i) {
            standardise(parameters_.inputs, samples.point(i), std::span(points_).subspan(i * features_, features_));
            targets_.push_back((samples.ms[i] - parameters_.output.mean) / parameters_.output.scale);
        }
        parameters_.layers = initial_layers(features_, options, seed);
    }

    MlpFit run() {
        std::vector<DenseLayer> gradients = parameters_.layers;
        set_zero(gradients);
        Adam adam(gradients);
        std::vector<DenseLayer> best = parameters_.layers;
        double best_mse = stop_mse();
        std::int64_t best_epoch = 0, epoch = 0;
        while (epoch < options_.epochs && epoch - best_epoch < options_.patience) {
            train_epoch(adam, gradients, epoch++);
            const double mse = stop_mse();
            if (!(mse < best_mse)) continue;
            best_mse = mse;
            best_epoch = epoch;
            best = parameters_.layers;
        }
        parameters_.layers = std::move(best);
        return {MlpSurrogate(std::move(parameters_)), epoch, best_epoch, best_mse};
    }

private:
    void split(std::size_t n) {
        Indices order(n);
        std::iota(order.begin(), order.end(), std::size_t{0});
        shuffle(order, Rng(seed_, Purpose::data));
        const auto wanted = static_cast<std::size_t>(std::llround(options_.stop_share * static_cast<double>(n)));
        const auto n_stop = static_cast<std::ptrdiff_t>(std::clamp<std::size_t>(wanted, 1, n - 1));
        stop_.assign(order.begin(), order.begin() + n_stop);
        train_.assign(order.begin() + n_stop, order.end());
    }

    std::span<const double> point(std::size_t i) const { return std::span(points_).subspan(i * features_, features_); }

    double stop_mse() {
        double sum = 0;
        for (const std::size_t i : stop_) {
            const double error = mlp_forward(parameters_.layers, point(i), trace_) - targets_[i];
            sum += error * error;
        }
        return sum / static_cast<double>(stop_.size());
    }

    void train_epoch(Adam& adam, std::vector<DenseLayer>& gradients, std::int64_t epoch) {
        const double progress = static_cast<double>(epoch) / static_cast<double>(options_.epochs);
        const double rate = options_.learning_rate * 0.5 * (1 + std::cos(std::numbers::pi * progress));
        Indices order = train_;
        shuffle(order, Rng(seed_, Purpose::shuffle, static_cast<std::uint64_t>(epoch)));
        const auto batch = static_cast<std::size_t>(options_.batch);
        for (std::size_t begin = 0; begin < order.size(); begin += batch) {
            const std::size_t end = std::min(order.size(), begin + batch);
            set_zero(gradients);
            for (std::size_t k = begin; k < end; ++k) {
                const double error = mlp_forward(parameters_.layers, point(order[k]), trace_) - targets_[order[k]];
                mlp_backward(parameters_.layers, trace_, 2 * error / static_cast<double>(end - begin), gradients, {});
            }
            adam.step(parameters_.layers, gradients, rate, options_.weight_decay);
        }
    }

    const MlpFitOptions& options_;
    std::uint64_t seed_;
    std::size_t features_;
    Indices train_, stop_;
    MlpParameters parameters_;
    std::vector<double> points_, targets_;  // standardised
    MlpTrace trace_;
};

}  // namespace

void MlpFitOptions::visit(OptionVisitor& v) {
    v.integer({"layers", "fully connected layers", 1, 100}, layers);
    v.integer({"width", "outputs of each layer but the last", 1, 65536}, width);
    v.integer({"epochs", "passes over the pairs at most", 1, 1e6}, epochs);
    v.integer({"patience", "epochs without a better one after which training ends", 1, 1e6}, patience);
    v.integer({"batch", "pairs per step", 1, 1e6}, batch);
    v.number({"learning_rate", "of Adam, falling to 0 as a cosine", 1e-9, 10}, learning_rate);
    v.number({"weight_decay", "decoupled weight decay", 0, 1}, weight_decay);
    v.number({"stop_share", "share of the pairs that is not trained on and decides when to stop", 0.01, 0.9},
             stop_share);
}

MlpFit fit_mlp(const SurrogateSamples& samples, const MlpFitOptions& options, std::uint64_t seed) {
    check_samples(samples);
    if (samples.size() < fewest_samples)
        throw InternalError(
            fmt::format("mlp surrogate: expected at least {} samples, got {}", fewest_samples, samples.size()));
    return MlpTraining(samples, options, seed).run();
}

}  // namespace hpnas
