#pragma once
#include <cstdint>
#include <functional>
#include <string>

#include "hpnas/config/options.hpp"
#include "hpnas/space/choices.hpp"
#include "hpnas/space/layered_genes.hpp"
#include "hpnas/space/search_space.hpp"
#include "hpnas/space/transformer_block.hpp"

namespace hpnas {

/// What a run may say about the space of vision transformers. Choices left out are the profile's.
struct VitOptions {
    std::string profile = "large";  ///< choices of DE-NAS: large, base, small or tiny
    ConfigNode depth, mlp, heads, embed;
    std::int64_t resolution = 224;  ///< if the task has none of its own
    std::int64_t patch = 16;
    std::int64_t head_size = 64;
    std::int64_t qkv_width = 0;     ///< of queries, of keys and of values; 0: heads * head_size
    bool relative_position = true;  ///< relative positions in attention
    std::int64_t max_distance = 14;
    bool abs_pos = true;   ///< learned absolute positions
    bool gp = true;        ///< mean over the patches in front of the classifier; false: the class token
    bool pre_norm = true;  ///< layer norms in front of the branches, and a last one
    double drop_path = 0.1;
    double dropout = 0;
    void visit(OptionVisitor& v);
};

/// AutoFormer's vision transformers as DE-NAS searches them: decisions "depth", "layer3.mlp" (inner / outer width),
/// "layer3.heads" and "embed", the width of all layers. Genes of layers that x does not have are canonically 0.
/// Notation: DE-NAS's flat tuple (depth, mlp of every layer, heads of every layer, embed), where the encoding is
/// canonical. Variation is LayeredGenes's. Sources: Chen et al., AutoFormer, ICCV 2021; Intel DE-NAS.
class VitSpace final : public SearchSpace {
public:
    /// @throws ConfigError unless patches fill the image and heads divide qkv_width
    VitSpace(VitOptions options, const TaskShape& task);

    std::string_view name() const noexcept override { return "vit"; }
    std::span<const Decision> decisions() const noexcept override { return genes_.decisions(); }
    /// Segments: patches, every layer, head; the state is the width.
    std::optional<Segmentation> segmentation() const override;

    /// A sample, in DE-NAS's order of draws: depth, mlp of its layers, heads of its layers, embed.
    /// @param below  uniform integer in [0, n)
    Encoding sample_with(const std::function<std::size_t(std::size_t n)>& below) const;

private:
    Network do_decode(const Encoding& x) const override;
    Encoding do_canonical(const Encoding& x) const override { return genes_.canonical(x); }
    Encoding do_sample(Rng& rng) const override;
    Encoding do_mutate(const Encoding& x, const MutationRates& rates, Rng& rng) const override;
    Encoding do_crossover(const Encoding& a, const Encoding& b, Rng& rng) const override;
    Encoding do_parse(std::string_view arch) const override;
    std::string do_format(const Encoding& x) const override;

    void check() const;
    TransformerBlock layer(double mlp, std::int64_t heads, std::int64_t embed) const;
    Shape tokens(std::int64_t embed) const;
    NodeId append_patches(NetworkBuilder& builder, NodeId input, std::int64_t embed) const;
    NodeId append_head(NetworkBuilder& builder, NodeId input) const;

    VitOptions options_;
    TaskShape task_;
    LayeredGenes genes_;
    std::size_t mlp_, heads_, embed_;  // genes
};

}  // namespace hpnas
