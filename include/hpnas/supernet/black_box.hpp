#pragma once
#include <functional>
#include <span>
#include <vector>

#include "hpnas/search/relaxed_objective.hpp"

namespace hpnas {

/// A number and its derivative by the number it was made from.
struct ValueSlope {
    double value = 0, slope = 0;
};

/// offset + coefficients . point: a linear surrogate (ridge regression on one-hot choices), or a table of one cost per
/// option, which is exact for sums over the chosen options.
struct LinearCost {
    double offset = 0;
    std::vector<double> coefficients;  ///< [total]

    /// Writes the gradient, which is the coefficients.
    double operator()(std::span<const double> point, std::span<double> gradient) const;
};

/// A cost known of discrete architectures only (measured latency, parameters, energy), as a term of a gradient search:
/// L(z) = shape(cost(z)), c(zeta) = shape(surrogate(zeta)). Unbiased estimators follow the cost, however poor the
/// surrogate, which sets the variance only; biased ones follow the surrogate.
class BlackBoxObjective final : public RelaxedObjective {
public:
    using Cost = std::function<double(const Encoding&)>;
    /// Value at a relaxed point [total]; writes its gradient [total].
    using Surrogate = std::function<double(std::span<const double> point, std::span<double> gradient)>;
    /// What a cost counts, e.g. LatencyTerm; empty: the cost itself.
    using Shape = std::function<ValueSlope(double cost)>;

    /// @param surrogate  empty: zero, so that only the score function is left
    BlackBoxObjective(ChoiceGroups groups, Cost cost, Surrogate surrogate = {}, Shape shape = {});
    const ChoiceGroups& groups() const noexcept override { return groups_; }

private:
    void do_value(std::span<const std::int16_t> choices, std::span<double> losses) override;
    void do_value_and_grad(std::span<const double> points, std::span<double> losses,
                           std::span<double> gradients) override;

    ChoiceGroups groups_;
    Cost cost_;
    Surrogate surrogate_;
    Shape shape_;
};

}  // namespace hpnas
