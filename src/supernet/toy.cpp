#include "hpnas/supernet/toy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "hpnas/core/error.hpp"
#include "hpnas/core/rng.hpp"

namespace hpnas {
namespace {

ChoiceGroups equal_groups(std::size_t count, std::size_t options) {
    const std::vector<std::size_t> sizes(count, options);
    return ChoiceGroups{std::span<const std::size_t>(sizes)};
}

std::vector<double> random_numbers(std::size_t count, double scale, std::uint64_t id) {
    Rng rng(1, Purpose::architecture, id);
    std::vector<double> numbers(count);
    for (double& number : numbers) number = scale * rng.normal();
    return numbers;
}

/// Normal numbers for every pair of options of different choices.
std::vector<double> random_pairs(const ChoiceGroups& groups, double scale, std::uint64_t id) {
    const std::size_t total = groups.total();
    const std::vector<double> numbers = random_numbers(total * total, scale, id);
    std::vector<double> pairs(total * total);
    for (std::size_t g = 0; g < groups.count(); ++g)
        for (std::size_t i = groups.offset(g); i < groups.offset(g) + groups.size(g); ++i)
            for (std::size_t j = groups.offset(g) + groups.size(g); j < total; ++j)
                pairs[i * total + j] = pairs[j * total + i] = numbers[i * total + j];
    return pairs;
}

/// Counts what is over 7.
ValueSlope over_target(double ms) { return ms > 7 ? ValueSlope{ms - 7, 1} : ValueSlope{0, 0}; }

}  // namespace

PolynomialObjective::PolynomialObjective(ChoiceGroups groups, std::vector<double> linear, std::vector<double> pairs,
                                         Outer outer)
    : groups_(std::move(groups)), linear_(std::move(linear)), pairs_(std::move(pairs)), outer_(std::move(outer)) {
    if (linear_.size() != groups_.total() || pairs_.size() != linear_.size() * linear_.size())
        throw InternalError(fmt::format("polynomial: {} linear and {} pair coefficients do not fit {} options",
                                        linear_.size(), pairs_.size(), groups_.total()));
}

void PolynomialObjective::do_value(std::span<const std::int16_t> choices, std::span<double> losses) {
    std::vector<double> point(groups_.total()), gradient(groups_.total());
    one_hot(groups_, choices, point);
    do_value_and_grad(point, losses, gradient);
}

void PolynomialObjective::do_value_and_grad(std::span<const double> points, std::span<double> losses,
                                            std::span<double> gradients) {
    const std::size_t total = groups_.total();
    double h = 0;
    for (std::size_t i = 0; i < total; ++i) {
        double pair = 0;
        for (std::size_t j = 0; j < total; ++j) pair += pairs_[i * total + j] * points[j];
        gradients[i] = linear_[i] + pair;
        h += points[i] * (linear_[i] + pair / 2);
    }
    const ValueSlope shaped = outer_(h);
    losses[0] = shaped.value;
    for (double& g : gradients) g *= shaped.slope;
}

ToyProblem quadratic_toy() {
    const std::vector<double> between{0.5, -1, 0.2, 0, 0.7, -0.4, 1.1, -0.3, 0.6};
    std::vector<double> pairs(36);
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = 0; j < 3; ++j) pairs[i * 6 + 3 + j] = pairs[(3 + j) * 6 + i] = between[i * 3 + j];
    const auto outer = [](double h) { return ValueSlope{2 + 0.5 * h + 0.25 * h * h, 0.5 + 0.5 * h}; };
    return {"quadratic",
            "2 choices of 3, 2 + h/2 + h^2/4 of a bilinear h",
            std::make_unique<PolynomialObjective>(equal_groups(2, 3),
                                                  std::vector<double>{1, -0.5, 0.25, 0.3, 0.8, -1.2}, pairs, outer),
            {0.5, -0.3, 0.1, -0.2, 0.4, 0}};
}

ToyProblem sine_toy() {
    const ChoiceGroups groups = equal_groups(3, 4);
    const auto outer = [](double h) { return ValueSlope{2 + 2 * std::sin(2 * h), 4 * std::cos(2 * h)}; };
    return {
        "sine", "3 choices of 4, 2 + 2 sin(2h) of a bilinear h",
        std::make_unique<PolynomialObjective>(groups, random_numbers(12, 0.5, 1), random_pairs(groups, 0.5, 2), outer),
        random_numbers(12, 0.5, 3)};
}

ToyProblem mixture_toy() {
    const ChoiceGroups groups = equal_groups(3, 3);
    const std::vector<double> levels{1, -1.05, 0.3};
    std::vector<double> pairs(81);  // within the choices: sum of squares, not a function of pairs of choices
    for (std::size_t g = 0; g < 3; ++g)
        for (std::size_t i = 0; i < 3; ++i)
            for (std::size_t j = 0; j < 3; ++j) pairs[(3 * g + i) * 9 + 3 * g + j] = 2 * levels[i] * levels[j];
    const auto outer = [](double h) { return ValueSlope{2 + h, 1}; };
    return {"mixture", "3 choices of 3, the relaxed minimum is no architecture",
            std::make_unique<PolynomialObjective>(groups, std::vector<double>(9), pairs, outer),
            std::vector<double>(9, 0.0)};
}

ToyProblem latency_toy() {
    const ChoiceGroups groups = equal_groups(4, 3);
    LinearCost table, quality{.offset = 5, .coefficients = {}};
    for (std::size_t g = 0; g < 4; ++g) {
        const double size = 1 + 0.2 * static_cast<double>(g);
        for (const double ms : {0.5, 1.5, 3.0}) table.coefficients.push_back(size * ms);
        for (const double loss : {0.0, -0.5, -0.8}) quality.coefficients.push_back(size * loss);
    }
    const std::vector<double> pairs = random_pairs(groups, 0.7, 4);
    const auto cost = [table, quality, pairs, groups](const Encoding& choices) {
        std::vector<double> z(groups.total()), unused(groups.total());
        one_hot(groups, choices, z);
        double ms = table(z, unused);
        for (std::size_t i = 0; i < z.size(); ++i)
            for (std::size_t j = 0; j < i; ++j) ms += pairs[i * z.size() + j] * z[i] * z[j];
        return quality(z, unused) + over_target(ms).value;
    };
    const auto surrogate = [table, quality](std::span<const double> point, std::span<double> gradient) {
        const ValueSlope over = over_target(table(point, gradient));
        std::vector<double> slope(point.size());
        const double loss = quality(point, slope);
        for (std::size_t i = 0; i < slope.size(); ++i) gradient[i] = over.slope * gradient[i] + slope[i];
        return loss + over.value;
    };
    return {"latency",
            "4 choices of 3, larger options are better but slower: a hinge on a time whose interactions the linear "
            "surrogate does not know",
            std::make_unique<BlackBoxObjective>(groups, cost, surrogate), random_numbers(12, 0.5, 5)};
}

std::vector<ToyProblem> toy_problems() {
    std::vector<ToyProblem> problems;
    problems.push_back(quadratic_toy());
    problems.push_back(sine_toy());
    problems.push_back(mixture_toy());
    problems.push_back(latency_toy());
    return problems;
}

}  // namespace hpnas
