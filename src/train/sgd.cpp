#include "hpnas/train/sgd.hpp"

namespace hpnas {
namespace {

struct Pass {
    float rate, scale, momentum, decay;
    bool nesterov;
};

void sgd_pass(const Pass pass, std::size_t n, float* __restrict weights, const float* __restrict gradients,
              float* __restrict velocity) {
    for (std::size_t i = 0; i < n; ++i) {
        const float gradient = gradients[i] * pass.scale + pass.decay * weights[i];
        velocity[i] = pass.momentum * velocity[i] + gradient;
        weights[i] -= pass.rate * (pass.nesterov ? gradient + pass.momentum * velocity[i] : velocity[i]);
    }
}

}  // namespace

void Sgd::update(const Chunk& chunk, float* weights, const float* gradients) {
    const Pass pass{static_cast<float>(step_.learning_rate), static_cast<float>(step_.gradient_scale),
                    static_cast<float>(options_.momentum),
                    chunk.decay ? static_cast<float>(options_.weight_decay) : 0.0F, options_.nesterov};
    const std::size_t at = chunk.begin;
    sgd_pass(pass, chunk.end - at, weights + at, gradients + at, velocity_.data() + at);
}

}  // namespace hpnas
