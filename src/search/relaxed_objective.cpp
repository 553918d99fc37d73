#include "hpnas/search/relaxed_objective.hpp"

#include <fmt/format.h>

#include "hpnas/core/error.hpp"

namespace hpnas {

void RelaxedObjective::check(std::size_t rows, std::size_t actual, std::size_t expected) const {
    if (rows != 1 && rows != examples())
        throw InternalError(fmt::format("relaxed objective: expected 1 or {} architectures, got {}", examples(), rows));
    if (actual != expected)
        throw InternalError(fmt::format("relaxed objective: expected {} numbers, got {}", expected, actual));
}

void RelaxedObjective::value(std::span<const std::int16_t> choices, std::span<double> losses) {
    check(losses.size(), choices.size(), losses.size() * groups().count());
    do_value(choices, losses);
}

void RelaxedObjective::value_and_grad(std::span<const double> points, std::span<double> losses,
                                      std::span<double> gradients) {
    check(losses.size(), points.size(), losses.size() * groups().total());
    check(losses.size(), gradients.size(), points.size());
    do_value_and_grad(points, losses, gradients);
}

}  // namespace hpnas
