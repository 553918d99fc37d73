#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hpnas/config/options.hpp"
#include "hpnas/space/plainnet_counts.hpp"
#include "hpnas/space/plainnet_variation.hpp"
#include "hpnas/space/search_space.hpp"
#include "hpnas/space/staged_spec.hpp"

namespace hpnas {

/// What a run may say about the space of structure strings.
struct PlainNetOptions {
    std::string profile = "any";   ///< "any": every string of up to 16 super-blocks; "denas": what DE-NAS searches
    std::int64_t resolution = 32;  ///< if the task has none of its own
    bool se = false;               ///< squeeze-and-excitation in SuperResIDWE units
    std::string master;            ///< structure string that samples are made from; empty: denas_master()
    std::int64_t sample_replacements = 1;    ///< super-blocks of the master that a sample replaces
    std::int64_t mutation_replacements = 2;  ///< super-blocks that a mutation replaces
    void visit(OptionVisitor& v);
};

/// A place of a structure where a super-block may stand; one with 0 layers stands empty.
struct SuperBlockSlot {
    Attribute type, out, stride, bottleneck, layers;
};

/// Zen-NAS's and DE-NAS's convolutional networks: super-blocks, global mean, linear. Every place has the decisions
/// "block3.type", ".out", ".stride", ".bottleneck", ".layers" where it has more than one choice. Notation: structure
/// strings, where the encoding is canonical. A structure of a space has one canonical encoding: each super-block stands
/// at the earliest place that leaves room for the others; what has no effect (empty places, SuperConv's bottleneck) is
/// 0. SuperConv places have one layer: n layers are read as n super-blocks, which is the same network. Samples and
/// mutations are DE-NAS's: the master or the parent with_replacements, whatever the mutation rates. A crossover is
/// `spliced` (DE-NAS recombines nothing here), or a parent where no such child is in the space.
class PlainNetSpace final : public SearchSpace {
public:
    /// @throws ConfigError if the master is not in the space
    PlainNetSpace(const PlainNetOptions& options, const TaskShape& task);

    std::string_view name() const noexcept override { return "plainnet"; }
    std::span<const Decision> decisions() const noexcept override { return decisions_; }
    /// The super-blocks that a valid `x` denotes.
    Structure structure(const Encoding& x) const;
    /// The canonical encoding of a structure. @throws EncodingError naming the first super-block without a place
    Encoding encode(const Structure& structure) const;
    bool contains(const Structure& structure) const;
    /// The members of PlainNetCounts: what DE-NAS's budgets bound, at this run's resolution and classes.
    std::span<const Quantity> counts() const noexcept override;

private:
    void add_decisions();
    void set_master();
    Network do_decode(const Encoding& x) const override;
    std::vector<double> do_count(const Encoding& x) const override;
    Encoding do_canonical(const Encoding& x) const override;
    Encoding do_sample(Rng& rng) const override;
    Encoding do_mutate(const Encoding& x, const MutationRates& rates, Rng& rng) const override;
    Encoding do_crossover(const Encoding& a, const Encoding& b, Rng& rng) const override;
    Encoding do_parse(std::string_view arch) const override;
    std::string do_format(const Encoding& x) const override;
    std::string do_choice_text(std::size_t slot, std::size_t choice) const override;

    PlainNetOptions options_;
    TaskShape task_;
    Structure master_;
    std::vector<SuperBlockSlot> slots_;
    std::vector<Decision> decisions_;
    std::vector<bool> is_type_;  // [decisions]
};

}  // namespace hpnas
