#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "hpnas/supernet/black_box.hpp"

namespace hpnas {

/// L(zeta) = outer(h), h = linear . zeta + zeta^T pairs zeta / 2: a smooth objective whose relaxation continues it.
class PolynomialObjective final : public RelaxedObjective {
public:
    using Outer = std::function<ValueSlope(double h)>;
    /// @param linear [total]   @param pairs [total, total], symmetric   @throws InternalError if the sizes do not fit
    PolynomialObjective(ChoiceGroups groups, std::vector<double> linear, std::vector<double> pairs, Outer outer);
    const ChoiceGroups& groups() const noexcept override { return groups_; }

private:
    void do_value(std::span<const std::int16_t> choices, std::span<double> losses) override;
    void do_value_and_grad(std::span<const double> points, std::span<double> losses,
                           std::span<double> gradients) override;

    ChoiceGroups groups_;
    std::vector<double> linear_, pairs_;
    Outer outer_;
};

/// An objective small enough to enumerate, and logits at which to look at estimators.
struct ToyProblem {
    std::string name;
    std::string doc;
    std::unique_ptr<RelaxedObjective> objective;
    std::vector<double> logits;
};

/// Two choices of three; the reference values of the tests were computed for it by other means.
ToyProblem quadratic_toy();
/// Three choices of four, a sine of a quadratic form: strongly curved between architectures.
ToyProblem sine_toy();
/// Three choices of three where mixing two bad options looks better than the good one: sum over the choices of the
/// squared mean of (1, -1.05, 0.3), plus 2. The relaxed minimum is no architecture.
ToyProblem mixture_toy();
/// Four choices of three: larger options are better but slower, a hinge over a target on a time with interactions that
/// the linear surrogate does not know. Like measured latency.
ToyProblem latency_toy();
/// All of them.
std::vector<ToyProblem> toy_problems();

}  // namespace hpnas
