#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

#include "hpnas/search/choice_groups.hpp"

namespace hpnas {

/// What a gradient search minimises: a loss of discrete architectures z (one option per group) together with a
/// differentiable function of points zeta in the product of the groups' simplices. For a weight-sharing network the
/// second continues the first; for a measured cost it is a surrogate and need not agree with it. Declared here so that
/// the search never sees a network; implemented by whoever owns one.
///
/// One call looks at `rows` architectures at a time: 1 (its loss is the mean over the examples of the present
/// mini-batch), or one per example (row i is the architecture, and the loss, of example i). All calls between two
/// mini-batches see the same examples.
class RelaxedObjective {
public:
    virtual ~RelaxedObjective() = default;
    virtual const ChoiceGroups& groups() const noexcept = 0;
    /// Examples of the present mini-batch; 1 for a cost that has none.
    virtual std::size_t examples() const noexcept { return 1; }

    /// Losses of discrete architectures, without gradients; need not be differentiable.
    /// @param choices [rows, groups]   @param losses [rows], rows = 1 or examples()
    /// @throws InternalError if the sizes do not fit
    void value(std::span<const std::int16_t> choices, std::span<double> losses);
    /// Losses at relaxed points, and the gradient of each row's loss by its own point.
    /// @param points [rows, total], each group in its simplex   @param losses [rows]   @param gradients [rows, total]
    /// @throws InternalError if the sizes do not fit
    void value_and_grad(std::span<const double> points, std::span<double> losses, std::span<double> gradients);

private:
    void check(std::size_t rows, std::size_t actual, std::size_t expected) const;
    virtual void do_value(std::span<const std::int16_t> choices, std::span<double> losses) = 0;
    /// Writes all of `gradients`.
    virtual void do_value_and_grad(std::span<const double> points, std::span<double> losses,
                                   std::span<double> gradients) = 0;
};

}  // namespace hpnas
