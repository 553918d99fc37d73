#pragma once
#include <cstdint>
#include <string>

#include "hpnas/config/options.hpp"
#include "hpnas/space/choices.hpp"
#include "hpnas/space/layered_genes.hpp"
#include "hpnas/space/search_space.hpp"

namespace hpnas {

/// DE-NAS's space of speech recognisers by default.
struct AsrOptions {
    ConfigNode depth = choices("{from: 5, to: 12}");  ///< encoder layers
    ConfigNode mlp = choices("[3, 3.5, 4, 4.5, 5]");  ///< inner width of a layer, in d_model
    ConfigNode heads = choices("[2, 3, 4]");          ///< of a layer
    ConfigNode d_model = choices("[192, 216, 240, 324, 384, 444]");
    std::int64_t frames = 1600;  ///< of the input, unless the task says
    std::int64_t mels = 80;      ///< features of a frame
    std::int64_t tokens = 50;    ///< that the decoder reads
    std::int64_t vocabulary = 5000;
    std::int64_t decoder_layers = 6, decoder_heads = 4, decoder_ffn = 2048;
    bool front_end = true;  ///< false: the input is what the front end would give
    bool seq = true;        ///< linear layer from the decoder to the vocabulary
    bool ctc = false;       ///< linear layer from the encoder to the vocabulary, a second output
    bool classify = false;  ///< instead of all these: linear layer from the mean over the encoder's frames to the classes
    double dropout = 0.1;
    void visit(OptionVisitor& v);
};

/// Speech transformers as DE-NAS searches them: a convolutional front end on a log-mel spectrogram, an encoder whose
/// layers have inner width and heads of their own, and a fixed decoder. Inputs "frames" [T, mels, 1] (or [T / 4,
/// mels / 4 * 64] without front end) and, with decoder layers, "tokens" [L]. Outputs: the decoder's [L, vocabulary or
/// d_model], then with ctc [T / 4, vocabulary]. Without decoder layers: [T / 4, vocabulary] with ctc, else the encoder's
/// [T / 4, d_model]. With classify: [classes].
///
/// Notation: DE-NAS's tuple (depth, mlp of every layer, heads of every layer, d_model) for canonical encodings.
/// Variation as LayeredGenes describes it. Node names begin with front_end, encoder, decoder, seq or ctc; DE-NAS counts
/// the parameters of encoder and decoder alone. Source: Intel e2eAIOK DE-NAS, whose network is SpeechBrain's recipe for
/// LibriSpeech.
class AsrSpace final : public SearchSpace {
public:
    /// @throws ConfigError if heads do not divide a width or the front end has too few frames or mels
    AsrSpace(AsrOptions options, const TaskShape& task);

    std::string_view name() const noexcept override { return "asr"; }
    std::span<const Decision> decisions() const noexcept override { return genes_.decisions(); }

private:
    void check() const;
    std::int64_t d_model(const Encoding& x) const;
    Network do_decode(const Encoding& x) const override;
    Encoding do_canonical(const Encoding& x) const override;
    Encoding do_mutate(const Encoding& x, const MutationRates& rates, Rng& rng) const override;
    Encoding do_crossover(const Encoding& a, const Encoding& b, Rng& rng) const override;
    Encoding do_parse(std::string_view arch) const override;
    std::string do_format(const Encoding& x) const override;

    AsrOptions options_;
    std::int64_t classes_;
    LayeredGenes genes_;
    std::size_t mlp_, heads_, d_model_;
};

}  // namespace hpnas
