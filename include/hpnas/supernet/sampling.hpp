#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hpnas/config/options.hpp"
#include "hpnas/supernet/estimator.hpp"

namespace hpnas {

/// How discrete architectures are drawn.
struct SamplingOptions {
    double soften = 0;
    bool per_example = false;
    std::int64_t samples = 1;
    double noise_clamp = 0;

    void visit(OptionVisitor& v);
};

/// Smoothness of relaxed points.
struct TemperatureOptions {
    double temperature = 0.4;
    double temperature_end = 0;

    void visit(OptionVisitor& v);
    /// @param progress  in [0, 1]; geometric from temperature to temperature_end
    double at(double progress) const;
    /// @throws ConfigError if temperature_end is neither 0 nor a temperature
    void check() const;
};

/// A constant taken off losses before they multiply grad log p: changes the variance, not the mean.
struct BaselineOptions {
    std::string baseline = "none";
    double momentum = 0.99;

    void visit(OptionVisitor& v);
    /// Subtracts from each residual, in place: nothing; the running mean of past steps; or the mean of the others.
    /// @param running  mean of the residuals of past steps; ignored unless ema
    void subtract(std::span<double> residuals, double running) const;
    /// @throws ConfigError if no other sample is there to be left in
    void check(const SamplingOptions& sampling) const;
};

/// Architectures that one sample of a term has: 1, or one per example.
std::size_t sample_rows(const SamplingOptions& sampling, const RelaxedObjective& objective);

/// Noise of one sample, `blocks` times [rows, total]. Block 0 draws z.
std::vector<double> sample_noise(const SamplingOptions& sampling, const RelaxedObjective& objective, NoiseKey key,
                                 std::int64_t sample, std::size_t blocks = 1);

/// The vertices that `choices` [rows, groups] name, [rows, total].
std::vector<double> vertices(const ChoiceGroups& groups, std::span<const std::int16_t> choices);

/// Gathers the means that a TermReport holds.
class ReportSums {
public:
    /// @param discrete, relaxed  losses of the same rows; empty where not evaluated
    void add(std::span<const double> discrete, std::span<const double> relaxed);
    TermReport report() const;

private:
    std::size_t n_discrete_ = 0, n_relaxed_ = 0;
    double discrete_ = 0, relaxed_ = 0, discrete_square_ = 0, relaxed_square_ = 0, product_ = 0;
};

}  // namespace hpnas
