#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hpnas/graph/network.hpp"
#include "hpnas/search/candidate.hpp"
#include "hpnas/search/variation.hpp"
#include "hpnas/space/segmentation.hpp"

namespace hpnas {

/// What every candidate network of a run gets from the task at hand.
struct TaskShape {
    std::int64_t classes = 1000;
    std::int64_t input_channels = 3;
    std::int64_t resolution = 0;  ///< 0: the space's own (fixed or searched) resolution
    std::int64_t sequence = 0;    ///< tokens or frames of a sequence; 0: the space's own
    std::int64_t vocabulary = 0;  ///< different tokens; 0: the space's own
};

/// A finite set of networks, addressed by encodings.
class SearchSpace {
public:
    virtual ~SearchSpace() = default;
    virtual std::string_view name() const noexcept = 0;
    virtual std::span<const Decision> decisions() const noexcept = 0;

    /// False for spaces of tabulated results, whose decode always throws.
    virtual bool has_networks() const noexcept { return true; }

    /// The network that `x` denotes. Pure. @throws EncodingError if a choice is out of range.
    Network decode(const Encoding& x) const;
    /// What the space's authors count and bound beside Network::cost(), in their own sense; empty: nothing.
    virtual std::span<const Quantity> counts() const noexcept { return {}; }
    /// The values of counts(). @throws EncodingError if a choice is out of range
    std::vector<double> count(const Encoding& x) const;
    /// One representative of all encodings that decode to the same network; idempotent.
    Encoding canonical(const Encoding& x) const;

    /// A random encoding, distributed as the space's authors draw theirs; uniform over the choices unless the space
    /// says otherwise. The encoding is canonical.
    Encoding sample(Rng& rng) const;
    /// A neighbour of x as the space's authors make one. Canonical; may be x itself.
    Encoding mutate(const Encoding& x, const MutationRates& rates, Rng& rng) const;
    /// A recombination of two encodings. Canonical; may be one of them.
    Encoding crossover(const Encoding& a, const Encoding& b, Rng& rng) const;

    /// Reads the space's notation. Every space of decisions understands two: choice indices ("5,1,0") and, behind "v:",
    /// the chosen values ("v:384,32,3,swish"), where "-" stands for a slot that has no effect. Indices count the
    /// choices of this run's space, so they change if choices are taken away (`fix`); values do not.
    /// @throws EncodingError naming slot, expected choices and got.
    Encoding parse(std::string_view arch) const;
    /// parse(format(x)) == x.
    std::string format(const Encoding& x) const;
    /// The value notation, "v:..."; parse gives canonical(x) back if x is canonical.
    std::string format_values(const Encoding& x) const;
    /// A choice as text: "384", "swish". @param slot, choice  must be in range
    std::string choice_text(std::size_t slot, std::size_t choice) const { return do_choice_text(slot, choice); }

    /// The space as a chain of segments, which lets screening add up block costs without building networks. Empty if
    /// the space cannot be cut. Takes a fraction of a second for large spaces; the result does not refer to the space.
    /// @throws ConfigError if the tables would be too large
    virtual std::optional<Segmentation> segmentation() const { return std::nullopt; }

protected:
    /// Reads and writes the notation; these are the two that every space understands, for spaces with one more.
    virtual Encoding do_parse(std::string_view arch) const;
    virtual std::string do_format(const Encoding& x) const;

private:
    void check(const Encoding& x) const;
    Encoding read(std::string_view arch) const;
    bool has_effect(const Encoding& x, std::size_t slot) const;
    Encoding parse_values(std::string_view values) const;
    virtual Network do_decode(const Encoding& x) const = 0;
    virtual std::vector<double> do_count(const Encoding&) const { return {}; }
    virtual Encoding do_canonical(const Encoding& x) const { return x; }
    virtual Encoding do_sample(Rng& rng) const;
    virtual Encoding do_mutate(const Encoding& x, const MutationRates& rates, Rng& rng) const;
    virtual Encoding do_crossover(const Encoding& a, const Encoding& b, Rng& rng) const;
    virtual std::string do_choice_text(std::size_t slot, std::size_t choice) const;
};

}  // namespace hpnas
