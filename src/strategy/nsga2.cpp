#include "hpnas/strategy/nsga2.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "hpnas/search/non_dominated_sort.hpp"

namespace hpnas {
namespace {

/// The positions in a layer of its `n` loneliest, ascending; earlier ones first among equals.
std::vector<std::size_t> loneliest(const std::vector<double>& distances, std::size_t n) {
    std::vector<std::size_t> order(distances.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return distances[a] > distances[b]; });
    order.resize(std::min(n, order.size()));
    std::sort(order.begin(), order.end());
    return order;
}

}  // namespace

void Nsga2Options::visit(OptionVisitor& v) {
    v.integer({"population", "members of a generation", 2, 1e6}, population);
    v.number({"crossover", "chance that a child has two parents; the others are mutants", 0, 1}, crossover);
    visit_rates(v, rates);
    v.integer({"tries", "draws per wanted child", 1, 1e6}, tries);
    visit_quorum(v, quorum);
}

std::vector<RankedIndividual> environmental_selection(std::vector<Individual> all, std::size_t size) {
    std::vector<ObjectivePoint> points;
    for (const Individual& individual : all) points.push_back(individual.objectives);
    std::vector<RankedIndividual> chosen;
    const std::vector<std::vector<std::size_t>> layers = non_dominated_sort(points);
    for (std::size_t layer = 0; layer < layers.size() && chosen.size() < size; ++layer) {
        const std::vector<double> distances = crowding_distances(points, layers[layer]);
        for (const std::size_t i : loneliest(distances, size - chosen.size()))
            chosen.push_back({std::move(all[layers[layer][i]]), layer, distances[i]});
    }
    return chosen;
}

Nsga2::Nsga2(Nsga2Options options, StrategyContext context)
    : Strategy(std::move(context)),
      options_(options),
      breeder_(Strategy::context(), options_.rates),
      generation_(options_.quorum) {}

void Nsga2::observe(const Candidate& asked, const Evaluation& result) {
    if (result.status == EvalStatus::ok) arrived_.push_back({asked, result.objectives});
}

std::vector<Candidate> Nsga2::propose(std::size_t n) {
    std::vector<Candidate> out = breed(
        {n, in_flight()}, generation_, breeder_, [this] { return next(); }, [this] { begin_generation(); });
    exhausted_ = exhausted_ || (n > 0 && out.empty() && in_flight() == 0);
    return out;
}

void Nsga2::begin_generation() {
    generation_.begin();
    wanted_ = options_.population;
    draws_ = options_.population * options_.tries;
    for (RankedIndividual& survivor : survivors_) arrived_.push_back(std::move(survivor.individual));
    survivors_ = environmental_selection(std::exchange(arrived_, {}), static_cast<std::size_t>(options_.population));
}

std::optional<Candidate> Nsga2::next() {
    while (wanted_ > 0 && draws_ > 0) {
        --draws_;
        std::optional<Candidate> candidate = survivors_.empty() ? breeder_.random() : child();
        if (!candidate && survivors_.empty()) break;  // there will be no random one later either
        if (!candidate) continue;
        --wanted_;
        return candidate;
    }
    wanted_ = 0;
    return std::nullopt;
}

std::optional<Candidate> Nsga2::child() {
    const Candidate& first = parent();
    if (breeder_.rng().uniform() >= options_.crossover) return breeder_.mutant(first);
    return breeder_.child(first, parent(), true);
}

const Candidate& Nsga2::parent() {
    const auto better = [this](std::size_t a, std::size_t b) { return survivors_[a].better_than(survivors_[b]); };
    return survivors_[tournament(survivors_.size(), 2, breeder_.rng(), better)].individual.candidate;
}

}  // namespace hpnas
