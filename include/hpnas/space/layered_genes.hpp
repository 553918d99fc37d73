#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hpnas/search/candidate.hpp"
#include "hpnas/search/variation.hpp"

namespace hpnas {

/// The decisions of a network that is a stack of layers: their number, genes that every layer has of its own, and genes
/// of the whole network. Slots: "depth", then gene by gene in the order added, for the deepest network; a layer's slots
/// are named "layer3.heads". Slots of layers that x does not have are without effect and canonically 0.
///
/// Variation is DE-NAS's for its transformers: whole-network decisions change with chance MutationRates::structure,
/// layers' genes with chance MutationRates::gene, drawn again from all choices (so perhaps unchanged); a network that
/// grows gets random new layers. Crossover takes every decision from one of the parents at random; layers that the
/// child has come from the parents that have them. (DE-NAS draws parents again until they are equally deep.)
class LayeredGenes {
public:
    /// @param depth  whole numbers >= 1, at least one
    explicit LayeredGenes(Decision depth);

    struct Gene {
        std::string name;            ///< "heads"
        std::vector<double> values;  ///< at least one
        bool per_layer = false;
        bool structural = true;  ///< changes with MutationRates::structure; per_layer genes should not
        bool ordered = true;
    };
    /// @return the gene's number, for the functions below
    std::size_t add(Gene gene);

    std::span<const Decision> decisions() const noexcept { return decisions_; }
    std::int64_t depth(const Encoding& x) const;
    std::int64_t max_depth() const noexcept { return max_depth_; }
    /// Choice of a gene. @param layer  ignored unless per_layer
    std::size_t choice(const Encoding& x, std::size_t gene, std::int64_t layer = 0) const;
    double value(const Encoding& x, std::size_t gene, std::int64_t layer = 0) const;
    std::size_t slot(std::size_t gene, std::int64_t layer = 0) const;
    const Gene& gene(std::size_t number) const { return genes_[number]; }

    Encoding canonical(const Encoding& x) const;
    Encoding mutate(const Encoding& x, const MutationRates& rates, Rng& rng) const;
    Encoding crossover(const Encoding& a, const Encoding& b, Rng& rng) const;

    /// DE-NAS's flat tuple "(depth, gene 1 of every layer, gene 2 of every layer, ..., genes of the network)" in slot
    /// order. Slots without effect are left out.
    std::string format_tuple(const Encoding& x) const;
    /// Reads format_tuple's form; the result is canonical.
    /// @throws EncodingError naming the decision, its choices and what was got
    Encoding parse_tuple(std::string_view text) const;

private:
    struct Slot {
        std::size_t gene = 0;
        std::int64_t layer = -1;  ///< -1: of the whole network
        bool structural = true;
    };
    std::int16_t find(std::size_t slot, std::string_view text) const;
    bool used(std::size_t slot, std::int64_t depth) const { return slots_[slot].layer < depth; }

    std::vector<Decision> decisions_;
    std::vector<Slot> slots_;         // [decisions]; the first is the depth
    std::vector<Gene> genes_;         // without the depth
    std::vector<std::size_t> first_;  // [genes] first slot
    std::int64_t max_depth_ = 1;
};

}  // namespace hpnas
