#include "hpnas/train/rmsprop.hpp"

#include <cmath>

namespace hpnas {
namespace {

struct Pass {
    float rate, scale, momentum, new_share, epsilon, decay;
};
struct State {
    float* __restrict mean_square;
    float* __restrict velocity;
};

void rmsprop_pass(const Pass pass, std::size_t n, float* __restrict weights, const float* __restrict gradients,
                  const State state) {
    float* __restrict mean_square = state.mean_square;
    float* __restrict velocity = state.velocity;
    for (std::size_t i = 0; i < n; ++i) {
        const float gradient = gradients[i] * pass.scale + pass.decay * weights[i];
        mean_square[i] += pass.new_share * (gradient * gradient - mean_square[i]);
        velocity[i] = pass.momentum * velocity[i] + pass.rate * gradient / std::sqrt(mean_square[i] + pass.epsilon);
        weights[i] -= velocity[i];
    }
}

}  // namespace

void RmsProp::update(const Chunk& chunk, float* weights, const float* gradients) {
    const Pass pass{
        static_cast<float>(step_.learning_rate), static_cast<float>(step_.gradient_scale),
        static_cast<float>(options_.momentum),   static_cast<float>(1.0 - options_.decay),
        static_cast<float>(options_.epsilon),    chunk.decay ? static_cast<float>(options_.weight_decay) : 0.0F};
    const std::size_t at = chunk.begin;
    rmsprop_pass(pass, chunk.end - at, weights + at, gradients + at, {mean_square_.data() + at, velocity_.data() + at});
}

}  // namespace hpnas
