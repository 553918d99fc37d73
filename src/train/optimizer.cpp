#include "hpnas/train/optimizer.hpp"

#include <fmt/format.h>

#include "hpnas/core/error.hpp"

namespace hpnas {

void Optimizer::start(const Parameters& parameters) {
    chunks_ = make_chunks(parameters);
    size_ = parameters.trainable().size();
    do_start(size_);
}

// Dynamic scheduling is reproducible here: every float is updated on its own.
void Optimizer::step(std::span<float> weights, std::span<const float> gradients, const Step& step) {
    if (weights.size() != size_ || gradients.size() != size_)
        throw InternalError(fmt::format("optimizer: expected {} weights and gradients, got {} and {}", size_,
                                        weights.size(), gradients.size()));
    begin_step(step);
#pragma omp parallel for schedule(dynamic, 4)
    for (std::size_t i = 0; i < chunks_.size(); ++i) update(chunks_[i], weights.data(), gradients.data());
}

}  // namespace hpnas
