#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "hpnas/data/subset.hpp"
#include "hpnas/data/token_sequences.hpp"

namespace hpnas {

/// Labelled texts as token ids.
struct TextSet {
    TokenSequences sequences;
    std::vector<std::int64_t> labels;  ///< [N], each in [0, classes.size())
    std::vector<std::string> classes;  ///< names, by label
    std::string source;                ///< the files it was read from, for provenance

    std::int64_t size() const noexcept { return sequences.size(); }
    std::int64_t n_classes() const noexcept { return static_cast<std::int64_t>(classes.size()); }
    /// Of tokens and labels; equal on every machine, so it may be stored.
    std::uint64_t hash() const;
};

using TextSubset = Subset<TextSet>;

}  // namespace hpnas
