#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hpnas/config/node.hpp"
#include "hpnas/score/composite_score.hpp"
#include "hpnas/score/probe.hpp"
#include "hpnas/score/score.hpp"

namespace hpnas {

/// Scores that are computed together on one probe, so that they share what they can. A label tells apart scores of one
/// name and different options: {name: zen, as: zen_wide, ...}.
class ScoreSet {
public:
    struct Entry {
        std::string label;
        std::unique_ptr<Score> score;
        CompositeScore* composite = nullptr;  ///< the same object if it is one
        std::size_t first_raw = 0;            ///< its raw values: the terms of a composite, else the one value
        std::size_t n_raw = 1;
    };

    /// @param nodes  names, or maps {name, as (optional), options...}
    /// @throws ConfigError naming the mistakes: unknown name or key, a label that cannot name a column of the
    ///         results, the same label or column twice
    explicit ScoreSet(const std::vector<ConfigNode>& nodes);

    std::span<const Entry> entries() const noexcept { return entries_; }
    /// nullptr if there is none.
    const Entry* find(std::string_view label) const noexcept;

    /// Whether a score of that name is one of them, or a term of one.
    bool uses(std::string_view score) const noexcept;

    /// Names of the raw values: a score's label, or label_term of a composite.
    const std::vector<std::string>& raw_names() const noexcept { return raw_names_; }
    /// Raw values of a network, NaN where not defined. @return nothing if `go_on` (if there is one) said no
    std::optional<std::vector<double>> raw_values(ScoreProbe& probe, const std::function<bool()>& go_on) const;
    /// The score of an entry from the raw values; NaN: not defined.
    double value(const Entry& entry, std::span<const double> raw) const;

    /// Networks that the reference sample shall have; 0: none is needed.
    std::int64_t reference_size() const noexcept;
    /// @param sample  [networks][raw values]
    void set_reference(std::span<const std::vector<double>> sample);

private:
    std::vector<Entry> entries_;
    std::vector<std::string> raw_names_;
};

/// The map without its key `as`, and the label that the key gives or else the name.
std::pair<ConfigNode, std::string> split_label(const ConfigNode& score);

/// Expands every option of a score (or of a list of scores) with its default; mistakes go to the diagnostics.
ConfigNode resolve_score(const ConfigNode& score, std::string_view path, Diagnostics& diagnostics);

}  // namespace hpnas
