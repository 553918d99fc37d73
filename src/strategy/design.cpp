#include "hpnas/strategy/design.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

std::vector<std::size_t> shuffled(std::size_t n, Rng& rng) {
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t i = n; i > 1; --i) std::swap(order[i - 1], order[rng.below(i)]);
    return order;
}

double distance(const Encoding& a, const Encoding& b, const std::vector<Decision>& decisions) {
    double sum = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (a[i] == b[i]) continue;
        sum += decisions[i].ordered ? std::abs(a[i] - b[i]) / static_cast<double>(decisions[i].values.size() - 1) : 1.0;
    }
    return sum;
}

std::size_t checked_dimension(std::size_t slots) {
    if (slots > SobolSequence::max_dimension)
        throw ConfigError(fmt::format("strategy sobol: expected at most {} decisions, got {}; use random",
                                      SobolSequence::max_dimension, slots));
    return slots;
}

}  // namespace

RandomDesign::RandomDesign(std::uint64_t seed) : rng_(seed, Purpose::strategy) {}

std::optional<Encoding> RandomDesign::next(FeasibleRegion& region, const Taken& taken) {
    const std::vector<Encoding>* members = region.members();
    const auto fresh = [&](const Encoding& x) { return !taken(x); };
    if (members == nullptr) return region.draw(rng_, max_misses, fresh);
    const StrategyContext& context = region.context();
    if (!order_ && context.sample && context.pool.empty())
        if (std::optional<Encoding> x = region.draw(rng_, listed_misses, fresh)) return x;
    if (!order_) order_ = shuffled(members->size(), rng_);
    while (cursor_ < order_->size()) {
        const Encoding& x = (*members)[(*order_)[cursor_++]];
        if (!taken(x)) return x;
    }
    return std::nullopt;
}

SobolDesign::SobolDesign(std::uint64_t seed, std::size_t slots)
    : sequence_(checked_dimension(slots), seed), point_(slots), choice_(slots) {}

void SobolDesign::advance(const StrategyContext& context) {
    sequence_.next(point_);
    to_choices(point_, radices(context.decisions), choice_);
}

std::optional<Encoding> SobolDesign::next(FeasibleRegion& region, const Taken& taken) {
    const std::vector<Encoding>* members = region.members();
    return members == nullptr ? follow(region, taken) : nearest(*members, region, taken);
}

std::optional<Encoding> SobolDesign::follow(FeasibleRegion& region, const Taken& taken) {
    for (std::size_t i = 0; i < max_misses; ++i) {
        advance(region.context());
        std::optional<Encoding> x = region.admit(choice_);
        if (x && !taken(*x)) return x;
    }
    return std::nullopt;
}

std::optional<Encoding> SobolDesign::nearest(const std::vector<Encoding>& members, FeasibleRegion& region,
                                             const Taken& taken) {
    advance(region.context());
    const Encoding* best = nullptr;
    double best_distance = std::numeric_limits<double>::infinity();
    for (const Encoding& x : members) {
        const double d = distance(x, choice_, region.context().decisions);
        if (d >= best_distance || taken(x)) continue;
        best = &x;
        best_distance = d;
    }
    return best == nullptr ? std::nullopt : std::optional(*best);
}

std::unique_ptr<Design> make_design(std::string_view name, const StrategyContext& context) {
    if (name == "random") return std::make_unique<RandomDesign>(context.seed);
    if (name == "sobol") return std::make_unique<SobolDesign>(context.seed, context.decisions.size());
    throw InternalError(fmt::format("design: expected random or sobol, got {}", name));
}

}  // namespace hpnas
