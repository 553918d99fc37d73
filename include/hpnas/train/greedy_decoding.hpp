#pragma once
#include <cstdint>
#include <vector>

#include "hpnas/data/spectrogram_loader.hpp"
#include "hpnas/train/sequence_loss.hpp"

namespace hpnas {

/// What a network takes the recordings of a batch for: tokens of each valid row. After forward().
std::vector<std::vector<std::int64_t>> decode_ctc(const SpectrogramBatch& batch, const SpeechOutputs& outputs,
                                                  const Executor& executor);

/// The same by a decoder that reads its own tokens: starts with `begin`, takes the likeliest token again and again
/// until `end` or S tokens. Runs the whole network for each token and leaves its own tokens in the executor's second
/// input.
std::vector<std::vector<std::int64_t>> decode_by_decoder(const SpectrogramBatch& batch, const SpeechOutputs& outputs,
                                                         Executor& executor);

}  // namespace hpnas
