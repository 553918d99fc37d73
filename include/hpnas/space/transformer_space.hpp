#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "hpnas/config/options.hpp"
#include "hpnas/space/choices.hpp"
#include "hpnas/space/layered_genes.hpp"
#include "hpnas/space/search_space.hpp"
#include "hpnas/space/transformer_block.hpp"

namespace hpnas {

/// What is searched, and the network around it. The defaults are what DE-NAS derives from the configuration of
/// bert-base-uncased: from half of every size up to, but without, the size.
struct TransformerOptions {
    ConfigNode layers = choices("{from: 6, to: 11}");
    ConfigNode heads = choices("{from: 6, to: 11}");
    ConfigNode hidden = choices("{from: 384, to: 752, step: 16}");
    ConfigNode ffn = choices("3072");        ///< inner width
    ConfigNode ffn_ratio = choices("null");  ///< if given, inner width / hidden instead
    std::vector<std::string> activation{"gelu"};
    std::vector<std::string> norm{"post"};  ///< post, pre
    std::int64_t head_size = 0;             ///< 0: what fits into hidden
    bool per_layer = false;                 ///< heads and inner width of every layer of its own

    std::string input = "tokens";       ///< or "features"
    std::int64_t sequence = 128;        ///< unless the task says
    std::int64_t vocabulary = 30522;    ///< tokens: unless the task says
    bool mask = true;                   ///< tokens: id 0 is padding that attention does not see
    std::int64_t features = 80;         ///< features: per position
    std::string positions = "learned";  ///< or "sinusoidal" or "none"
    bool causal = false;
    std::string head = "classify";  ///< or "tokens" (classes per position) or "none"
    std::string pool = "mean";      ///< classify: or "first"
    double dropout = 0.1, drop_path = 0;
    void visit(OptionVisitor& v);
};

/// Transformer encoders with any ranges, in the place of DE-NAS's search over Hugging Face configurations. Input
/// "tokens" [L] or "features" [L, F]; output [classes], [L, classes] or [L, hidden].
///
/// Without head_size the heads share the hidden width: hidden is rounded down to a multiple of heads, as DE-NAS does,
/// or with per_layer only the width inside a layer's attention. With head_size, queries, keys and values are
/// heads * head_size wide. Canonical encodings have the first of the choices that are rounded to equal widths.
/// Besides the notations of every space, parse reads DE-NAS's for equal layers: {"num_hidden_layers": 11,
/// "num_attention_heads": 10, "hidden_size": 640}, perhaps with "intermediate_size", where hidden_size may be rounded
/// down already; what is not named is the first choice. Mutation draws heads (with per_layer also the inner widths)
/// again with chance MutationRates::gene and all else with MutationRates::structure; crossover is LayeredGenes'.
class TransformerSpace final : public SearchSpace {
public:
    /// @throws ConfigError for choices that no network can have
    TransformerSpace(TransformerOptions options, const TaskShape& task);

    std::string_view name() const noexcept override { return "transformer"; }
    std::span<const Decision> decisions() const noexcept override { return genes_.decisions(); }

private:
    std::int64_t hidden(const Encoding& x) const;
    TransformerBlock block(const Encoding& x, std::int64_t layer) const;
    Network do_decode(const Encoding& x) const override;
    Encoding do_canonical(const Encoding& x) const override;
    Encoding do_mutate(const Encoding& x, const MutationRates& rates, Rng& rng) const override;
    Encoding do_crossover(const Encoding& a, const Encoding& b, Rng& rng) const override;
    Encoding do_parse(std::string_view arch) const override;
    Encoding parse_json(std::string_view json) const;
    std::string do_choice_text(std::size_t slot, std::size_t choice) const override;

    TransformerOptions options_;
    std::int64_t classes_;
    bool ratio_;  ///< inner widths are given by ffn_ratio
    LayeredGenes genes_;
    std::size_t heads_, ffn_, hidden_, activation_, norm_;
};

}  // namespace hpnas
