#include "hpnas/train/sequence_loss.hpp"

#include <algorithm>
#include <cmath>

#include "hpnas/kernel/ctc_loss.hpp"

namespace hpnas {

std::span<const double> SequenceLoss::operator()(const SpectrogramBatch& batch, Executor& executor, double scale) {
    losses_.assign(batch.samples.size(), 0.0);
    if (outputs_.has_ctc()) add_ctc(batch, executor, scale);
    if (outputs_.has_decoder()) add_decoder(batch, executor, scale);
    return losses_;
}

void SequenceLoss::add_ctc(const SpectrogramBatch& batch, Executor& executor, double scale) {
    const auto size = static_cast<std::size_t>(outputs_.reduced * outputs_.vocabulary);
    const std::span<const float> logits = executor.output(outputs_.ctc_output());
    const std::span<float> gradient = scale == 0 ? std::span<float>() : executor.output_gradient(outputs_.ctc_output());
    std::ranges::fill(gradient, 0.0F);  // of the padding
    const auto n = static_cast<std::int64_t>(losses_.size());
#pragma omp parallel for schedule(dynamic)
    for (std::int64_t i = 0; i < n; ++i) {
        const auto row = static_cast<std::size_t>(i);
        const auto target = batch.targets.subspan(row * static_cast<std::size_t>(batch.most_targets),
                                                  static_cast<std::size_t>(batch.lengths[row]));
        kernel::CtcSequence sequence{.logits = logits.data() + row * size,
                                     .frames = outputs_.reduced_frames(batch.frames[row]),
                                     .target = target};
        if (!gradient.empty()) sequence.diff_logits = gradient.data() + row * size;
        sequence.scale = scale * outputs_.ctc_share();
        const double loss = kernel::ctc_loss(sequence, outputs_.vocabulary, speech_tokens::blank);
        if (std::isfinite(loss)) losses_[row] += outputs_.ctc_share() * loss;
    }
}

void SequenceLoss::add_decoder(const SpectrogramBatch& batch, Executor& executor, double scale) {
    const double share = 1.0 - outputs_.ctc_share();
    float* gradient = scale == 0 ? nullptr : executor.output_gradient(0).data();
    const std::span<const float> losses =
        tokens_({executor.output(0).data(), batch.next, outputs_.vocabulary, gradient, scale * share});
    for (std::size_t i = 0; i < losses.size(); ++i)
        losses_[i / static_cast<std::size_t>(outputs_.tokens)] += share * static_cast<double>(losses[i]);
}

}  // namespace hpnas
