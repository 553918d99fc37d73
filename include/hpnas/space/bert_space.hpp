#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "hpnas/config/options.hpp"
#include "hpnas/space/bert_frame.hpp"
#include "hpnas/space/choices.hpp"
#include "hpnas/space/search_space.hpp"
#include "hpnas/space/transformer_block.hpp"

namespace hpnas {

/// What a run may say about the space of BERT encoders; the defaults are DE-NAS's.
struct BertOptions {
    ConfigNode layers = choices("{from: 4, to: 12}");
    ConfigNode heads = choices("{from: 8, to: 12}");
    ConfigNode hidden = choices("{from: 128, to: 768, step: 16}");
    ConfigNode ffn = choices("{from: 128, to: 3072, step: 32}");
    std::int64_t head_size = 64;
    std::int64_t sequence = 128;      ///< tokens, if the task does not say
    std::int64_t vocabulary = 30522;  ///< if the task does not say
    std::int64_t positions = 512;     ///< longest sequence that the position table serves
    std::int64_t types = 2;           ///< of segments
    std::int64_t padding = 0;         ///< token that attention does not see
    double dropout = 0.1;
    double epsilon = 1e-5;  ///< of the layer norms
    std::string head = "classify";
    void visit(OptionVisitor& v);
};

/// BERT encoders of equal layers, as DE-NAS searches them: decisions "layers", "heads", "hidden", "ffn". Attention is
/// heads * head_size wide, whatever `hidden` is. Notation: DE-NAS's tuple (layers, heads, qkv, hidden, ffn), qkv being
/// heads * head_size. Mutation is DE-NAS's: everything is drawn again with chance MutationRates::structure, then heads
/// with chance `gene`, hidden and ffn each with chance `structure`. Crossover takes each decision from either parent.
///
/// Networks read "tokens" [L] and "segments" [L] and end as the option `head` says: "classify" in [classes] from the
/// pooled first token; "span" in [L, 2], the logits of every token to be the first and the last one of the answer
/// (nothing is pooled); "none" in the hidden states [L, hidden] and the pooled first token [hidden].
/// Sources: Devlin et al., NAACL 2019; Intel DE-NAS.
class BertSpace final : public SearchSpace {
public:
    /// @throws ConfigError if the sequence is longer than `positions`
    BertSpace(BertOptions options, const TaskShape& task);

    std::string_view name() const noexcept override { return "bert"; }
    std::span<const Decision> decisions() const noexcept override { return decisions_; }
    /// Segments: mask, embeddings, all layers, end; the state is the width. With two outputs there is none.
    std::optional<Segmentation> segmentation() const override;

private:
    /// What an encoding stands for.
    struct Choice {
        std::int64_t layers = 1, heads = 1, hidden = 1, ffn = 1;
    };
    Choice choice(const Encoding& x) const;
    TransformerBlock layer(std::int64_t heads, std::int64_t ffn) const;
    BertFrame frame() const;

    Network do_decode(const Encoding& x) const override;
    Encoding do_mutate(const Encoding& x, const MutationRates& rates, Rng& rng) const override;
    Encoding do_parse(std::string_view arch) const override;
    std::string do_format(const Encoding& x) const override;

    BertOptions options_;
    TaskShape task_;
    std::vector<Decision> decisions_;
};

}  // namespace hpnas
