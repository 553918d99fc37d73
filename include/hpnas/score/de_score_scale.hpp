#pragma once
#include <span>
#include <vector>

namespace hpnas {

/// The scale of one term of a score: what values a reference sample of networks has. Without a sample: centre 0, spread
/// 1, no ranks.
class DeScoreScale {
public:
    DeScoreScale() = default;
    /// @param values  any order, NaN ignored; at least one number
    explicit DeScoreScale(std::span<const double> values);

    /// (value - median) / spread. The spread is 1.4826 * median absolute deviation, so that a few outliers do not
    /// squeeze the others; where that is 0 (half of the values equal) the standard deviation, and where all are equal
    /// the result is 0: a term that tells nothing apart counts nothing.
    double standardised(double value) const noexcept;

    /// ln(rank / n) of the value's place in the sample of n: the worst member has rank 1, the best n, equal ones the
    /// mean of theirs; linear between members. Beyond the ends it goes on, so that no value saturates: above the best n
    /// + distance, below the worst 1 / (1 + distance), distance in spreads. Continuous but for repeated members, and
    /// increasing; 0 without a sample.
    double log_rank(double value) const noexcept;

    double centre() const noexcept { return centre_; }
    double spread() const noexcept { return spread_; }

private:
    double rank(double value) const noexcept;

    std::vector<double> sorted_;
    double centre_ = 0, spread_ = 1;
};

}  // namespace hpnas
