#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hpnas/score/score.hpp"

namespace hpnas {

/// A score made of several others, its terms, which may have to be put on a common scale first: by a reference sample,
/// the terms of random networks of the space that is searched.
class CompositeScore : public Score {
public:
    /// Names of the terms.
    virtual std::span<const std::string> terms() const noexcept = 0;
    /// [terms()]; NaN where a term is not defined for the network.
    virtual std::vector<double> compute_terms(ScoreProbe& probe) const = 0;
    /// The score of a network with these terms; NaN: not defined. @param terms  as compute_terms gives them
    virtual double combine(std::span<const double> terms) const = 0;

    /// Networks that a reference sample shall have; 0: none is needed.
    virtual std::int64_t reference_size() const noexcept = 0;
    /// Without a call, terms are taken as they are (centre 0, scale 1).
    /// @param sample  [networks][terms()], NaN where undefined
    /// @throws DataError if the sample does not tell the scale of a term
    virtual void set_reference(std::span<const std::vector<double>> sample) = 0;

private:
    double do_compute(ScoreProbe& probe) const final { return combine(compute_terms(probe)); }
};

}  // namespace hpnas
