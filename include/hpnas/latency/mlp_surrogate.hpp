#pragma once
#include <cstdint>
#include <vector>

#include "hpnas/latency/latency_surrogate.hpp"

namespace hpnas {

/// y = x * weights + bias.
struct DenseLayer {
    std::size_t in = 0, out = 0;
    std::vector<double> weights;  ///< [in, out]
    std::vector<double> bias;     ///< [out]
    bool operator==(const DenseLayer&) const = default;
};

/// Shift and scale that give a quantity mean 0 and standard deviation 1.
struct Standardisation {
    double mean = 0;
    double scale = 1;  ///< standard deviation of what is standardised; 0: it never varies and counts as 0
    bool operator==(const Standardisation&) const = default;
};

/// Everything that an MlpSurrogate computes with. A regular value.
struct MlpParameters {
    std::vector<Standardisation> inputs;  ///< [features]
    Standardisation output;               ///< ms; scale > 0
    std::vector<DenseLayer> layers;
    bool operator==(const MlpParameters&) const = default;
};

/// Fully connected network in double precision: standardised inputs, x * sigmoid(x) between layers (smooth, so that a
/// search sees a gradient without jumps), one output, scaled back to ms.
class MlpSurrogate final : public LatencySurrogate {
public:
    /// @throws InternalError if the layers do not fit together, end in one output, or hold a number that is not finite
    explicit MlpSurrogate(MlpParameters parameters);
    std::string_view name() const noexcept override { return "mlp"; }
    std::size_t features() const noexcept override { return parameters_.inputs.size(); }
    const MlpParameters& parameters() const noexcept { return parameters_; }

private:
    double do_value(std::span<const double> features) const override;
    double do_value_and_gradient(std::span<const double> features, std::span<double> gradient) const override;
    MlpParameters parameters_;
};

/// (x - mean) / scale of each input, 0 where the scale is 0.
void standardise(std::span<const Standardisation> inputs, std::span<const double> features, std::span<double> dst);

/// Values between the layers of one forward pass.
struct MlpTrace {
    std::vector<std::vector<double>> inputs;   ///< by layer: what it gets
    std::vector<std::vector<double>> outputs;  ///< by layer: what it gives, before the activation
};
/// Forward pass of a standardised point through the layers. @return the standardised output
double mlp_forward(std::span<const DenseLayer> layers, std::span<const double> point, MlpTrace& trace);
/// Backward pass after mlp_forward.
/// @param gradients  by layer: shaped as `layers`; slope * d output / d parameters is added. May be empty: inputs only.
/// @param diff_point  [in] slope * d output / d point is written. May be empty: parameters only.
void mlp_backward(std::span<const DenseLayer> layers, const MlpTrace& trace, double slope,
                  std::span<DenseLayer> gradients, std::span<double> diff_point);

}  // namespace hpnas
