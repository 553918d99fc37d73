#include "hpnas/supernet/gumbel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hpnas/core/error.hpp"
#include "hpnas/core/rng.hpp"

namespace hpnas {
namespace {

void softmax(std::span<const double> y, double temperature, std::span<double> out) {
    const double top = *std::max_element(y.begin(), y.end());
    double sum = 0;
    for (std::size_t i = 0; i < y.size(); ++i) sum += out[i] = std::exp((y[i] - top) / temperature);
    for (double& value : out) value /= sum;
}

/// Row by row: sample.relaxed from sample.perturbed.
void relax(const ChoiceGroups& groups, double temperature, GumbelSample& sample) {
    sample.relaxed.resize(sample.perturbed.size());
    for (std::size_t at = 0; at < sample.perturbed.size(); at += groups.total()) {
        const std::span<const double> y(sample.perturbed.data() + at, groups.total());
        const std::span<double> zeta(sample.relaxed.data() + at, groups.total());
        for (std::size_t g = 0; g < groups.count(); ++g)
            softmax(groups.slice(y, g), temperature, groups.slice(zeta, g));
    }
}

/// log(exp(a) + exp(b)); a, b may be huge.
double log_add(double a, double b) noexcept {
    const double top = std::max(a, b);
    return top + std::log1p(std::exp(std::min(a, b) - top));
}

double log_minus_log(double u) noexcept { return std::log(-std::log(u)); }

std::uint64_t stream_id(const NoiseKey& key) {
    if (key.step >> 32 || key.stream >> 16 || key.sample >> 10 || key.term >> 6)
        throw InternalError(fmt::format("noise: step {}, stream {}, sample {} or term {} is too large", key.step,
                                        key.stream, key.sample, key.term));
    return key.step << 32 | key.stream << 16 | key.sample << 6 | key.term;
}

}  // namespace

void draw_uniforms(const NoiseKey& key, double clamp, std::span<double> uniforms) {
    Rng rng(key.seed, Purpose::architecture, stream_id(key));
    // uniform() is a multiple of 2^-53 and may be 0: the middle of its interval is neither 0 nor, once rounded, beyond
    // the last double below 1.
    const double low = std::max(clamp, 0x1p-54), high = std::min(1.0 - clamp, 1.0 - 0x1p-53);
    for (double& u : uniforms) u = std::clamp(rng.uniform() + 0x1p-54, low, high);
}

GumbelSample gumbel_sample(const SoftenedLaw& law, std::span<const double> uniforms, double temperature) {
    const ChoiceGroups& groups = law.groups();
    GumbelSample sample;
    sample.perturbed.resize(uniforms.size());
    for (std::size_t at = 0; at < uniforms.size(); at += groups.total()) {
        for (std::size_t i = 0; i < groups.total(); ++i)
            sample.perturbed[at + i] = law.log_probabilities()[i] - log_minus_log(uniforms[at + i]);
        const Encoding row = argmax(groups, std::span(sample.perturbed).subspan(at, groups.total()));
        sample.choices.insert(sample.choices.end(), row.begin(), row.end());
    }
    relax(groups, temperature, sample);
    return sample;
}

GumbelSample conditional_sample(const SoftenedLaw& law, std::span<const std::int16_t> choices,
                                std::span<const double> uniforms, double temperature) {
    const ChoiceGroups& groups = law.groups();
    GumbelSample sample;
    sample.perturbed.resize(uniforms.size());
    sample.choices.assign(choices.begin(), choices.end());
    std::size_t chosen = 0;
    for (std::size_t at = 0; at < uniforms.size(); at += groups.total())
        for (std::size_t g = 0; g < groups.count(); ++g, ++chosen) {
            const std::size_t winner = groups.offset(g) + static_cast<std::size_t>(choices[chosen]);
            const double winners = log_minus_log(uniforms[at + winner]);
            for (std::size_t i = groups.offset(g); i < groups.offset(g) + groups.size(g); ++i)
                sample.perturbed[at + i] =
                    i == winner ? -winners
                                : -log_add(log_minus_log(uniforms[at + i]) - law.log_probabilities()[i], winners);
        }
    relax(groups, temperature, sample);
    return sample;
}

void softmax_backward(const ChoiceGroups& groups, std::span<const double> point, std::span<const double> slope,
                      double temperature, std::span<double> out) {
    for (std::size_t g = 0; g < groups.count(); ++g) {
        const std::span<const double> zeta = groups.slice(point, g), delta = groups.slice(slope, g);
        const std::span<double> s = groups.slice(out, g);
        double mean = 0;
        for (std::size_t i = 0; i < zeta.size(); ++i) mean += zeta[i] * delta[i];
        for (std::size_t i = 0; i < zeta.size(); ++i) s[i] = zeta[i] * (delta[i] - mean) / temperature;
    }
}

void winner_ratios(const ChoiceGroups& groups, std::span<const double> perturbed, std::span<const std::int16_t> choices,
                   std::span<double> out) {
    for (std::size_t g = 0; g < groups.count(); ++g) {
        const double best = perturbed[groups.offset(g) + static_cast<std::size_t>(choices[g])];
        for (std::size_t i = groups.offset(g); i < groups.offset(g) + groups.size(g); ++i)
            out[i] = std::exp(perturbed[i] - best);
    }
}

void add_through_shares(const SoftenedLaw& law, std::span<const double> shares, std::span<const double> by_perturbed,
                        double sign, std::span<double> gradient) {
    const ChoiceGroups& groups = law.groups();
    for (std::size_t g = 0; g < groups.count(); ++g) {
        const std::size_t begin = groups.offset(g), end = begin + groups.size(g);
        double sum = 0;
        for (std::size_t i = begin; i < end; ++i) sum += shares[i] * by_perturbed[i];
        for (std::size_t i = begin; i < end; ++i)
            gradient[i] += sign * (shares[i] * by_perturbed[i] - law.probabilities()[i] * sum);
    }
}

}  // namespace hpnas
