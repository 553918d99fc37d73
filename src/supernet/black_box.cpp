#include "hpnas/supernet/black_box.hpp"

#include <algorithm>
#include <utility>

namespace hpnas {

double LinearCost::operator()(std::span<const double> point, std::span<double> gradient) const {
    double sum = offset;
    for (std::size_t i = 0; i < point.size(); ++i) sum += coefficients[i] * point[i];
    std::copy(coefficients.begin(), coefficients.end(), gradient.begin());
    return sum;
}

BlackBoxObjective::BlackBoxObjective(ChoiceGroups groups, Cost cost, Surrogate surrogate, Shape shape)
    : groups_(std::move(groups)),
      cost_(std::move(cost)),
      surrogate_(std::move(surrogate)),
      shape_(shape ? std::move(shape) : [](double value) {
          return ValueSlope{value, 1};
      }) {}

void BlackBoxObjective::do_value(std::span<const std::int16_t> choices, std::span<double> losses) {
    losses[0] = shape_(cost_(Encoding(choices.begin(), choices.end()))).value;
}

void BlackBoxObjective::do_value_and_grad(std::span<const double> points, std::span<double> losses,
                                          std::span<double> gradients) {
    std::fill(gradients.begin(), gradients.end(), 0.0);
    losses[0] = 0;
    if (!surrogate_) return;
    const ValueSlope shaped = shape_(surrogate_(points, gradients));
    losses[0] = shaped.value;
    for (double& g : gradients) g *= shaped.slope;
}

}  // namespace hpnas
