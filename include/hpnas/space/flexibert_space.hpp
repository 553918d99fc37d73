#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "hpnas/config/options.hpp"
#include "hpnas/space/bert_frame.hpp"
#include "hpnas/space/choices.hpp"
#include "hpnas/space/flexibert_layer.hpp"
#include "hpnas/space/layered_genes.hpp"
#include "hpnas/space/search_space.hpp"

namespace hpnas {

/// What a run may say about FlexiBERT's space; the defaults are those of NAS-Bench-BERT.
struct FlexibertOptions {
    ConfigNode hidden = choices("[128, 256]");
    ConfigNode layers = choices("[2, 4]");
    std::vector<std::string> operations{"SA-SDP", "SA-WMA", "LT-DFT", "LT-DCT", "DSC-5", "DSC-9"};
    ConfigNode heads = choices("[2, 4]");
    ConfigNode ffn = choices("[512, 1024]");
    ConfigNode stack = choices("[1, 3]");
    std::int64_t embedding = 128;     ///< width of the embeddings, projected to `hidden` where that differs
    std::int64_t sequence = 128;      ///< tokens, if the task does not say
    std::int64_t vocabulary = 30522;  ///< if the task does not say
    std::int64_t positions = 512;
    std::int64_t types = 2;
    std::int64_t padding = 0;
    double dropout = 0.1;
    double epsilon = 1e-12;
    std::string head = "classify";
    void visit(OptionVisitor& v);
};

/// FlexiBERT's encoders, whose layers differ in how tokens see each other: decisions "layers", per layer "operation",
/// "heads", "ffn" and "stack", and "hidden". Notation: that of NAS-Bench-BERT with the width in front,
/// "256:SA-WMA-h4-ff1024x3,LT-DCT-h2-ff512x3". The heads of a transform have no effect; canonically they are the first
/// choice. Networks read "tokens" and "segments" [L]; head "classify" ends in [classes] from the pooled first token,
/// "none" in the hidden states [L, hidden], whose parameters are those that the benchmark counts.
/// Variation: see LayeredGenes.
/// Sources: Tuli et al., FlexiBERT, JAIR 2023; NAS-Bench-BERT, Serianni, Kalita, ACL 2023.
class FlexibertSpace final : public SearchSpace {
public:
    /// @throws ConfigError if an operation is unknown or twice, heads do not fit, or the sequence is longer than
    /// `positions`
    FlexibertSpace(FlexibertOptions options, const TaskShape& task);

    std::string_view name() const noexcept override { return "flexibert"; }
    std::span<const Decision> decisions() const noexcept override { return genes_.decisions(); }

private:
    void check() const;
    FlexibertLayer layer(const Encoding& x, std::int64_t number) const;
    std::int16_t find(std::size_t slot, std::string_view text) const;
    void parse_layer(std::string_view text, std::int64_t number, Encoding& x) const;

    Network do_decode(const Encoding& x) const override;
    Encoding do_canonical(const Encoding& x) const override;
    Encoding do_mutate(const Encoding& x, const MutationRates& rates, Rng& rng) const override;
    Encoding do_crossover(const Encoding& a, const Encoding& b, Rng& rng) const override;
    Encoding do_parse(std::string_view arch) const override;
    std::string do_format(const Encoding& x) const override;
    std::string do_choice_text(std::size_t slot, std::size_t choice) const override;

    FlexibertOptions options_;
    BertFrame frame_;
    LayeredGenes genes_;
    std::size_t operation_, heads_, ffn_, stack_, hidden_;
};

}  // namespace hpnas
