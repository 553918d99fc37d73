#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "hpnas/train/parameters.hpp"

namespace hpnas {

class Executor;
class ScoreProbe;

/// Which of DE-NAS's programs would score a network.
enum class DenasDomain : std::uint8_t {
    cnn,     ///< no attention
    vision,  ///< images with attention
    text,    ///< token ids
    speech   ///< features, and attention in an encoder (nodes encoder.*), with or without a decoder
};
DenasDomain denas_domain(const Network& network);

/// What DE-NAS looks at: without residual links (cnn), up to the encoder's last value (speech), else all of it.
Network denas_network(const Network& network, DenasDomain domain);

/// A matrix that a term counts, a stretch of a parameter's values.
struct DenasMatrix {
    const Parameters::Entry* weight = nullptr;
    std::size_t first = 0, count = 0;  ///< of the parameter's values
    std::int64_t rows = 1;
    double times = 1;  ///< how often it is counted
};

/// Matrices of the diversity term, |W| |dW| each: queries, keys and values (together; apart in text), the projection
/// behind attention (not in text, which by a slip takes the second linear layer of the MLP). None for cnn.
std::vector<DenasMatrix> denas_diversity_matrices(const Network& network, const Parameters& parameters,
                                                  DenasDomain domain);
/// Matrices of the saliency term: convolutions and linear layers (cnn); the MLPs, in vision twice by a slip, together
/// with the head and the projections behind attention.
std::vector<DenasMatrix> denas_saliency_matrices(const Network& network, const Parameters& parameters,
                                                 DenasDomain domain);

/// Vision's queries, keys and values: DE-NAS's program draws and changes only a copy of them that nobody reads.
std::vector<const Parameters::Entry*> denas_untouched_weights(const Network& network, const Parameters& parameters,
                                                              DenasDomain domain);

/// Weights as DE-NAS's program starts them: N(0, 1) in convolutions and linear layers of cnn and vision, but for the
/// untouched ones; else as operators start, or as the probe says (inherited ones).
Parameters denas_parameters(const ScoreProbe& probe, const Network& network, DenasDomain domain);

/// Runs the network once forward and back in training mode, dropout included: ones as images, random features and
/// tokens; the gradient of the sum of all outputs. @pre the executor is compiled for training
void denas_backward(const ScoreProbe& probe, Executor& executor, const Network& network, DenasDomain domain);

}  // namespace hpnas
