#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "hpnas/graph/network.hpp"
#include "hpnas/score/random_weights.hpp"

namespace hpnas {

class ScoreProbe;

/// ln of the sum of e^x; -inf for none.
double log_sum(std::span<const double> logs);

/// What weights start from when a flow is computed.
enum class FlowWeights : std::uint8_t {
    standard,  ///< as the operators say
    normal     ///< N(0, 1), biases 0
};

/// The gradient flow of a network made linear and positive, layer by layer, exact for any depth: R = sum of the outputs
/// for an input of ones with all parameters replaced by their absolute values. Norms, activations, dropout, drop path,
/// squeeze-and-excitation, gates, products, Fourier mixing and dynamic convolutions pass their (first) input on;
/// attention averages the values that a query may see evenly; what an embedding gives is ones. Batch 1, data free.
///
/// Every tensor is kept as float32 times a power of two of its own, so nothing overflows; R itself may be any size.
/// By Euler's theorem sum |w dR/dw| of a linear layer is the scalar product of its output without bias and the gradient
/// of its output: weight gradients are not computed.
class Flow {
public:
    struct Layer {
        NodeId node = -1;          ///< a convolution or linear layer
        std::int64_t outputs = 1;  ///< its output channels
        double log_saliency = 0;   ///< ln sum |w dR/dw|; -inf if nothing flows
    };
    Flow(ScoreProbe& probe, FlowWeights weights);
    /// Of the layers that an output depends on, last to first.
    const std::vector<Layer>& layers() const noexcept { return layers_; }

private:
    std::vector<Layer> layers_;
};

/// Shared passes (ScoreProbe::pass).
struct StandardFlow : Flow {
    explicit StandardFlow(ScoreProbe& probe) : Flow(probe, FlowWeights::standard) {}
};
struct NormalFlow : Flow {
    explicit NormalFlow(ScoreProbe& probe) : Flow(probe, FlowWeights::normal) {}
};

}  // namespace hpnas
