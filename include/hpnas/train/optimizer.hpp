#pragma once
#include <span>
#include <vector>

#include "hpnas/config/registry.hpp"
#include "hpnas/train/chunks.hpp"
#include "hpnas/train/parameters.hpp"

namespace hpnas {

/// A gradient method on the flat buffer of trainable parameters: one fused pass per step over weights, gradients and
/// state. Weight decay is applied to weights only, never to biases, scales and shifts. Results do not depend on the
/// number of threads.
class Optimizer {
public:
    virtual ~Optimizer() = default;

    /// Forgets everything and sets the state up for `parameters` (memory is kept from candidate to candidate).
    void start(const Parameters& parameters);

    struct Step {
        double learning_rate = 0;
        double gradient_scale = 1;  ///< gradients are multiplied by this first (clipping)
    };
    /// @param weights, gradients  laid out as Parameters::trainable()
    /// @throws InternalError for another length than start() saw
    void step(std::span<float> weights, std::span<const float> gradients, const Step& step);
    /// The highest rate; a Schedule gives the factor in [0, 1] of each step.
    virtual double learning_rate() const noexcept = 0;

    /// What steps change, by reference: copy it to save, and after start() overwrite it to go on from there.
    struct State {
        std::vector<std::span<float>> buffers;
        std::vector<double*> numbers;
    };
    virtual State state() noexcept = 0;

private:
    /// Sizes the state to `size` floats and resets it.
    virtual void do_start(std::size_t size) = 0;
    /// Called once per step before its chunks.
    virtual void begin_step(const Step& step) = 0;
    /// Updates weights and state of one chunk; called from several threads at a time for different chunks.
    virtual void update(const Chunk& chunk, float* weights, const float* gradients) = 0;

    std::vector<Chunk> chunks_;
    std::size_t size_ = 0;
};

/// Every optimiser by name: sgd, rmsprop, adamw.
const Registry<Optimizer>& optimizers();

}  // namespace hpnas
