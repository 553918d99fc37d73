#include "hpnas/strategy/lbfgs.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <utility>

namespace hpnas {
namespace {

using Vector = std::vector<double>;

double dot(const Vector& a, const Vector& b) {
    double sum = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
    return sum;
}

void add_scaled(Vector& a, double factor, const Vector& b) {
    for (std::size_t i = 0; i < a.size(); ++i) a[i] += factor * b[i];
}

double largest(const Vector& a) {
    double result = 0.0;
    for (const double v : a) result = std::max(result, std::abs(v));
    return result;
}

struct Pair {
    Vector step, change;  ///< of x and of the gradient
    double curvature;     ///< step . change > 0
};

struct State {
    Vector x, gradient;
    double value;
};

/// -H gradient by the two-loop recursion.
Vector search_direction(const std::deque<Pair>& pairs, const Vector& gradient) {
    Vector direction = gradient;
    Vector alpha(pairs.size());
    for (std::size_t i = pairs.size(); i-- > 0;) {
        alpha[i] = dot(pairs[i].step, direction) / pairs[i].curvature;
        add_scaled(direction, -alpha[i], pairs[i].change);
    }
    // Without curvature, a first step of length one at most.
    const double scale = pairs.empty() ? 1.0 / std::max(1.0, std::sqrt(dot(gradient, gradient)))
                                       : pairs.back().curvature / dot(pairs.back().change, pairs.back().change);
    for (double& v : direction) v *= scale;
    for (std::size_t i = 0; i < pairs.size(); ++i)
        add_scaled(direction, alpha[i] - dot(pairs[i].change, direction) / pairs[i].curvature, pairs[i].step);
    for (double& v : direction) v = -v;
    return direction;
}

/// Halves the step until the value falls by a small part of what the slope promises. @return false if it never does.
bool line_search(const ValueAndGradient& f, const State& from, const Vector& direction, double step, State& to) {
    constexpr double sufficient = 1e-4;
    constexpr int max_halvings = 30;
    const double slope = dot(from.gradient, direction);
    for (int i = 0; i < max_halvings; ++i, step *= 0.5) {
        to.x = from.x;
        add_scaled(to.x, step, direction);
        to.value = f(to.x, to.gradient);
        if (std::isfinite(to.value) && to.value <= from.value + sufficient * step * slope) return true;
    }
    return false;
}

void remember(std::deque<Pair>& pairs, const State& from, const State& to, std::size_t memory) {
    Pair pair{to.x, to.gradient, 0.0};
    add_scaled(pair.step, -1.0, from.x);
    add_scaled(pair.change, -1.0, from.gradient);
    pair.curvature = dot(pair.step, pair.change);
    if (pair.curvature <= 1e-12 * dot(pair.change, pair.change)) return;
    pairs.push_back(std::move(pair));
    if (pairs.size() > memory) pairs.pop_front();
}

}  // namespace

Minimum minimise_lbfgs(const ValueAndGradient& f, std::vector<double> start, const LbfgsOptions& options) {
    State now{std::move(start), {}, 0.0};
    now.gradient.resize(now.x.size());
    now.value = f(now.x, now.gradient);
    State next = now;
    std::deque<Pair> pairs;
    std::size_t iteration = 0;
    for (; iteration < options.max_iterations && std::isfinite(now.value); ++iteration) {
        if (largest(now.gradient) < options.gradient_tolerance) break;
        Vector direction = search_direction(pairs, now.gradient);
        const double length = largest(direction);
        if (!line_search(f, now, direction, std::min(1.0, options.max_step / length), next)) {
            if (pairs.empty()) break;
            pairs.clear();  // a bad model of the curvature: once more along the gradient
            continue;
        }
        remember(pairs, now, next, options.memory);
        const double gain = now.value - next.value;
        std::swap(now, next);
        if (gain < options.value_tolerance * std::max(1.0, std::abs(now.value))) break;
    }
    return {std::move(now.x), now.value, iteration};
}

}  // namespace hpnas
