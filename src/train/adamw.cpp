#include "hpnas/train/adamw.hpp"

#include <cmath>

namespace hpnas {
namespace {

struct Pass {
    float rate;  // bias correction of the mean included
    float scale, share1, share2;
    float root_correction;  // 1 / sqrt(1 - beta2^t)
    float epsilon;
    float keep;     // 1 - rate * weight_decay if that is decoupled
    float penalty;  // weight_decay if it is not
};
struct State {
    float* __restrict mean;
    float* __restrict mean_square;
};

void adamw_pass(const Pass pass, std::size_t n, float* __restrict weights, const float* __restrict gradients,
                const State state) {
    float* __restrict mean = state.mean;
    float* __restrict mean_square = state.mean_square;
    for (std::size_t i = 0; i < n; ++i) {
        const float gradient = gradients[i] * pass.scale + pass.penalty * weights[i];
        mean[i] += pass.share1 * (gradient - mean[i]);
        mean_square[i] += pass.share2 * (gradient * gradient - mean_square[i]);
        weights[i] = pass.keep * weights[i] -
                     pass.rate * mean[i] / (std::sqrt(mean_square[i]) * pass.root_correction + pass.epsilon);
    }
}

}  // namespace

void AdamW::do_start(std::size_t size) {
    mean_.assign(size, 0.0F);
    mean_square_.assign(size, 0.0F);
    power1_ = power2_ = 1;
}

void AdamW::begin_step(const Step& step) {
    step_ = step;
    power1_ *= options_.beta1;
    power2_ *= options_.beta2;
}

void AdamW::update(const Chunk& chunk, float* weights, const float* gradients) {
    const double rate = step_.learning_rate, decay = chunk.decay ? options_.weight_decay : 0.0;
    const Pass pass{static_cast<float>(rate / (1.0 - power1_)),
                    static_cast<float>(step_.gradient_scale),
                    static_cast<float>(1.0 - options_.beta1),
                    static_cast<float>(1.0 - options_.beta2),
                    static_cast<float>(1.0 / std::sqrt(1.0 - power2_)),
                    static_cast<float>(options_.epsilon),
                    static_cast<float>(options_.decoupled ? 1.0 - rate * decay : 1.0),
                    static_cast<float>(options_.decoupled ? 0.0 : decay)};
    const std::size_t at = chunk.begin;
    adamw_pass(pass, chunk.end - at, weights + at, gradients + at, {mean_.data() + at, mean_square_.data() + at});
}

}  // namespace hpnas
