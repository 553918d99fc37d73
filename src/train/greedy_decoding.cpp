#include "hpnas/train/greedy_decoding.hpp"

#include <algorithm>

#include "hpnas/data/ctc_decode.hpp"

namespace hpnas {

std::vector<std::vector<std::int64_t>> decode_ctc(const SpectrogramBatch& batch, const SpeechOutputs& outputs,
                                                  const Executor& executor) {
    const auto size = static_cast<std::size_t>(outputs.reduced * outputs.vocabulary);
    std::vector<std::vector<std::int64_t>> spoken;
    for (std::size_t row = 0; row < static_cast<std::size_t>(batch.valid); ++row) {
        const auto frames = static_cast<std::size_t>(outputs.reduced_frames(batch.frames[row]));
        spoken.push_back(ctc_greedy(executor.output(outputs.ctc_output())
                                        .subspan(row * size, frames * static_cast<std::size_t>(outputs.vocabulary)),
                                    outputs.vocabulary, speech_tokens::blank));
    }
    return spoken;
}

std::vector<std::vector<std::int64_t>> decode_by_decoder(const SpectrogramBatch& batch, const SpeechOutputs& outputs,
                                                         Executor& executor) {
    const auto n = static_cast<std::size_t>(batch.valid), length = static_cast<std::size_t>(outputs.tokens);
    const auto vocabulary = static_cast<std::size_t>(outputs.vocabulary);
    std::vector<std::vector<std::int64_t>> spoken(n);
    std::vector<bool> ended(n, false);
    const std::span<float> tokens = executor.input(1);
    std::ranges::fill(tokens, static_cast<float>(speech_tokens::padding));
    for (std::size_t at = 0; at < tokens.size(); at += length) tokens[at] = static_cast<float>(speech_tokens::begin);
    for (std::size_t step = 0; step < length && std::ranges::find(ended, false) != ended.end(); ++step) {
        executor.forward();
        for (std::size_t row = 0; row < n; ++row) {
            if (ended[row]) continue;
            const auto logits = executor.output(0).subspan((row * length + step) * vocabulary, vocabulary);
            const auto token = std::ranges::max_element(logits) - logits.begin();
            ended[row] = token == speech_tokens::end;
            if (ended[row]) continue;
            spoken[row].push_back(token);
            if (step + 1 < length) tokens[row * length + step + 1] = static_cast<float>(token);
        }
    }
    return spoken;
}

}  // namespace hpnas
