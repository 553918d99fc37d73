#include "hpnas/supernet/sampling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

constexpr double least_temperature = 1e-3;

}  // namespace

void SamplingOptions::visit(OptionVisitor& v) {
    v.number(
        {"soften", "added to every probability before it is normalised: keeps options alive (UNAS: 0.08 on ImageNet)",
         0, 1e3},
        soften);
    v.boolean({"per_example", "an architecture of its own for every example of the mini-batch instead of one for all"},
              per_example);
    v.integer({"samples", "architectures per step and rank (per example, if per_example)", 1, 1024}, samples);
    v.number({"noise_clamp", "uniform noise is kept this far from 0 and 1; 0: exact probabilities (UNAS' code: 0.001)",
              0, 0.1},
             noise_clamp);
}

void TemperatureOptions::visit(OptionVisitor& v) {
    v.number({"temperature", "of the Gumbel-Softmax: small is nearly discrete and noisy", least_temperature, 1e3},
             temperature);
    v.number({"temperature_end", "reached geometrically at the end of the search; 0: stays as it is", 0, 1e3},
             temperature_end);
}

double TemperatureOptions::at(double progress) const {
    if (temperature_end == 0) return temperature;
    return temperature * std::pow(temperature_end / temperature, std::clamp(progress, 0.0, 1.0));
}

void TemperatureOptions::check() const {
    if (temperature_end != 0 && temperature_end < least_temperature)
        throw ConfigError(
            fmt::format("estimator: temperature_end: expected 0 (stays as it is) or a number >= {}, got {}",
                        least_temperature, temperature_end));
}

void BaselineOptions::visit(OptionVisitor& v) {
    static constexpr std::array<std::string_view, 3> kinds{"none", "ema", "leave_one_out"};
    v.choice(
        {"baseline", "taken off the loss: the moving average of past steps, or the mean of the step's other samples"},
        baseline, kinds);
    v.number({"momentum", "weight of the past in moving averages (UNAS' code: 0.1)", 0, 0.9999}, momentum);
}

void BaselineOptions::subtract(std::span<double> residuals, double running) const {
    if (baseline == "ema")
        for (double& value : residuals) value -= running;
    if (baseline != "leave_one_out" || residuals.size() < 2) return;
    double sum = 0;
    for (const double value : residuals) sum += value;
    const double n = static_cast<double>(residuals.size());
    for (double& value : residuals) value -= (sum - value) / (n - 1);
}

void BaselineOptions::check(const SamplingOptions& sampling) const {
    if (baseline == "leave_one_out" && sampling.samples < 2 && !sampling.per_example)
        throw ConfigError(
            "estimator: baseline leave_one_out needs other samples: set samples >= 2 or per_example: true");
}

std::size_t sample_rows(const SamplingOptions& sampling, const RelaxedObjective& objective) {
    return sampling.per_example ? objective.examples() : 1;
}

std::vector<double> sample_noise(const SamplingOptions& sampling, const RelaxedObjective& objective, NoiseKey key,
                                 std::int64_t sample, std::size_t blocks) {
    std::vector<double> uniforms(blocks * sample_rows(sampling, objective) * objective.groups().total());
    key.sample = static_cast<std::uint64_t>(sample);
    draw_uniforms(key, sampling.noise_clamp, uniforms);
    return uniforms;
}

std::vector<double> vertices(const ChoiceGroups& groups, std::span<const std::int16_t> choices) {
    const std::size_t rows = choices.size() / groups.count();
    std::vector<double> points(rows * groups.total());
    for (std::size_t row = 0; row < rows; ++row)
        one_hot(groups, choices.subspan(row * groups.count(), groups.count()),
                std::span(points).subspan(row * groups.total(), groups.total()));
    return points;
}

void ReportSums::add(std::span<const double> discrete, std::span<const double> relaxed) {
    n_discrete_ += discrete.size();
    n_relaxed_ += relaxed.size();
    for (const double loss : discrete) {
        discrete_ += loss;
        discrete_square_ += loss * loss;
    }
    for (const double loss : relaxed) {
        relaxed_ += loss;
        relaxed_square_ += loss * loss;
    }
    for (std::size_t i = 0; i < std::min(discrete.size(), relaxed.size()); ++i) product_ += discrete[i] * relaxed[i];
}

TermReport ReportSums::report() const {
    TermReport report;
    const double n_discrete = static_cast<double>(n_discrete_), n_relaxed = static_cast<double>(n_relaxed_);
    if (n_discrete_ > 0) {
        report.discrete = discrete_ / n_discrete;
        report.discrete_square = discrete_square_ / n_discrete;
    }
    if (n_relaxed_ > 0) {
        report.relaxed = relaxed_ / n_relaxed;
        report.relaxed_square = relaxed_square_ / n_relaxed;
    }
    if (n_discrete_ > 0 && n_relaxed_ > 0) report.product = product_ / n_discrete;
    return report;
}

}  // namespace hpnas
