#pragma once
#include <cstdint>

#include "hpnas/config/options.hpp"
#include "hpnas/latency/mlp_surrogate.hpp"

namespace hpnas {

struct MlpFitOptions {
    std::int64_t layers = 5;
    std::int64_t width = 64;
    std::int64_t epochs = 300;
    std::int64_t patience = 60;
    std::int64_t batch = 32;
    double learning_rate = 2e-3;
    double weight_decay = 1e-4;
    double stop_share = 0.15;
    void visit(OptionVisitor& v);
};

struct MlpFit {
    MlpSurrogate surrogate;
    std::int64_t epochs = 0;      ///< trained
    std::int64_t best_epoch = 0;  ///< whose parameters are kept, from 1; 0: the initial ones
    double stop_mse = 0;          ///< of the samples that stopping is decided by, standardised
};

/// Trains `layers` fully connected layers (NVIDIA's text on UNAS uses five) by Adam with decoupled weight decay and a
/// cosine learning rate on mini-batches of the mean squared error. A random stop_share of the samples is not trained
/// on: the parameters of the epoch with the smallest error there are kept, and training ends after `patience` epochs
/// without a better one. Inputs and times are standardised by the others. A pure function of its arguments: one thread
/// computes. About 0.3 s per 1000 samples, 100 epochs and a width of 64.
/// @throws InternalError as check_samples, and for fewer than 4 samples
MlpFit fit_mlp(const SurrogateSamples& samples, const MlpFitOptions& options, std::uint64_t seed);

}  // namespace hpnas
