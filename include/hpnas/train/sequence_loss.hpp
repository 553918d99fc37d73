#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "hpnas/data/spectrogram_loader.hpp"
#include "hpnas/train/executor.hpp"
#include "hpnas/train/token_loss.hpp"

namespace hpnas {

/// What the outputs of a network that reads speech are.
struct SpeechOutputs {
    std::int64_t vocabulary = 1;
    std::int64_t frames = 0;     ///< T of the input
    std::int64_t reduced = 0;    ///< T' of the CTC output; 0: there is none
    std::int64_t tokens = 0;     ///< S of the decoder; 0: there is none
    double ctc_weight = 0.3;     ///< where there are both
    double label_smoothing = 0;  ///< of the decoder's targets

    bool has_decoder() const noexcept { return tokens > 0; }
    bool has_ctc() const noexcept { return reduced > 0; }
    std::size_t ctc_output() const noexcept { return has_decoder() ? 1 : 0; }
    double ctc_share() const noexcept { return !has_ctc() ? 0.0 : has_decoder() ? ctc_weight : 1.0; }
    /// Frames of the CTC output that are no padding.
    std::int64_t reduced_frames(std::int64_t of_input) const noexcept {
        return (of_input * reduced + frames - 1) / frames;
    }
};

/// Losses of the sequences of a batch: CTC, a decoder's next tokens, or both.
class SequenceLoss {
public:
    explicit SequenceLoss(const SpeechOutputs& outputs) : outputs_(outputs), tokens_(outputs.label_smoothing) {}

    /// After forward(). @param scale  of the gradient of the sum of losses, written to the output gradients; 0: no
    /// gradient
    /// @return loss of each row in nat
    std::span<const double> operator()(const SpectrogramBatch& batch, Executor& executor, double scale);

private:
    void add_ctc(const SpectrogramBatch& batch, Executor& executor, double scale);
    void add_decoder(const SpectrogramBatch& batch, Executor& executor, double scale);

    SpeechOutputs outputs_;
    TokenLoss tokens_;
    std::vector<double> losses_;
};

}  // namespace hpnas
