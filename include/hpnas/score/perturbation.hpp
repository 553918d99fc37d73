#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "hpnas/config/options.hpp"
#include "hpnas/graph/network.hpp"

namespace hpnas {

class ScoreProbe;

/// How a network's answer to a small change of Gaussian images is measured.
struct PerturbationOptions {
    std::int64_t repeats = 4;         ///< draws of weights and images
    std::int64_t batch = 16;          ///< images per draw
    double gamma = 0.01;              ///< size of the change
    std::string links = "automatic";  ///< residual links while scoring: "remove", "keep"; "automatic": kept in cells
    void visit(OptionVisitor& v);
};

/// What stands for the variance of a batch norm's input.
enum class NormVariance : std::uint8_t {
    batch,   ///< of the first images, unbiased
    running  ///< the running variance (initially 1, momentum 0.1) after both passes of this and all earlier draws
};

/// One draw.
struct PerturbationDraw {
    double log_difference = 0;  ///< ln of the L1 difference of the feature maps, mean over the images; -inf for none
    /// Sum over batch norms of ln sqrt(mean over the channels of the variance), those of constant inputs left out.
    double log_norms = 0;
};

/// The part of a network that is scored: without squeeze-and-excitation, dropout and drop path, unless `links` keeps
/// them without residual links, up to the last global pooling (or the last linear layer if there is none).
/// "automatic" keeps links in networks with blocks of NAS-Bench-201, whose cells sum branches of any depth.
Network perturbed_part(const Network& network, const std::string& links);

/// Feature maps of images A and of A + gamma B, A and B standard normal, through weights N(0, 1), biases 0 and batch
/// norms with the statistics of each batch. Empty for networks that read token ids.
std::vector<PerturbationDraw> perturb(ScoreProbe& probe, const PerturbationOptions& options, NormVariance variance);

}  // namespace hpnas
