#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "hpnas/search/hypervolume.hpp"
#include "hpnas/search/non_dominated_sort.hpp"
#include "hpnas/strategy/nsga2.hpp"
#include "strategy/toy.hpp"

namespace hpnas {
namespace {

using toy::make;

std::vector<Individual> individuals(const std::vector<ObjectivePoint>& points) {
    std::vector<Individual> result;
    for (const ObjectivePoint& point : points)
        result.push_back({{static_cast<std::int64_t>(result.size()), {}, {}}, point});
    return result;
}

std::vector<std::int64_t> ids(const std::vector<RankedIndividual>& chosen) {
    std::vector<std::int64_t> result;
    for (const RankedIndividual& member : chosen) result.push_back(member.individual.candidate.id);
    return result;
}

TEST(EnvironmentalSelection, TakesWholeLayersThenTheLoneliestByHand) {
    // Layer 0: 0 (0, 4) and 1 (4, 0). Layer 1, along x: 2 (1, 9), 3 (2, 6), 4 (3, 5), 5 (9, 4); distances of the inner
    // two: 3: 2 / 8 + 4 / 5 = 1.05; 4: 7 / 8 + 2 / 5 = 1.275. Layer 2: 6.
    const std::vector<ObjectivePoint> points{{0, 4}, {4, 0}, {1, 9}, {2, 6}, {3, 5}, {9, 4}, {9, 9}};
    EXPECT_EQ(ids(environmental_selection(individuals(points), 2)), (std::vector<std::int64_t>{0, 1}));
    EXPECT_EQ(ids(environmental_selection(individuals(points), 4)), (std::vector<std::int64_t>{0, 1, 2, 5}));
    const std::vector<RankedIndividual> five = environmental_selection(individuals(points), 5);
    EXPECT_EQ(ids(five), (std::vector<std::int64_t>{0, 1, 2, 4, 5}));
    EXPECT_DOUBLE_EQ(five[3].loneliness, 1.275);
    EXPECT_EQ(five[3].layer, 1U);
    EXPECT_EQ(environmental_selection(individuals(points), 100).size(), 7U);
    EXPECT_TRUE(environmental_selection({}, 5).empty());
}

TEST(EnvironmentalSelection, EarlierLayersWinThenTheLonelier) {
    const RankedIndividual front{{}, 0, 0.1}, lonely{{}, 0, 2.0}, behind{{}, 1, 9.0};
    EXPECT_TRUE(front.better_than(behind));
    EXPECT_TRUE(lonely.better_than(front));
    EXPECT_FALSE(front.better_than(front));
}

constexpr std::size_t n_slots = 8, n_choices = 6;

/// ZDT1 on a grid: f1 = x0, f2 = g * (1 - sqrt(f1 / g)), g = 1 + 9 * mean of the others. The front has g = 1 and one
/// point per choice of x0. Zitzler, Deb, Thiele, Evol. Comput. 8 (2000) 173.
ObjectivePoint zdt1(const Encoding& x) {
    const double scale = n_choices - 1;
    double sum = 0;
    for (std::size_t i = 1; i < x.size(); ++i) sum += x[i] / scale;
    const double f1 = x[0] / scale;
    const double g = 1 + 9 * sum / (n_slots - 1);
    return {f1, g * (1 - std::sqrt(f1 / g))};
}

StrategyContext zdt_grid(std::uint64_t seed) {
    StrategyContext context;
    context.seed = seed;
    context.n_objectives = 2;
    for (std::size_t i = 0; i < n_slots; ++i)
        context.decisions.push_back(toy::decision("x" + std::to_string(i), n_choices));
    return context;
}

double volume_found(const std::string& name, std::uint64_t seed, int generations) {
    const auto strategy = make(name, zdt_grid(seed));
    std::vector<ObjectivePoint> points;
    for (int generation = 0; generation < generations; ++generation)
        for (const Candidate& candidate : strategy->ask(40)) {
            Evaluation result = toy::ok(candidate, 0);
            result.objectives = zdt1(candidate.encoding);
            strategy->tell(std::span(&result, 1));
            points.push_back(result.objectives);
        }
    return hypervolume(points, {1.1, 10.1});
}

TEST(Nsga2, FindsTheFrontOfDiscreteZdt1) {
    std::vector<ObjectivePoint> front;
    for (std::int16_t choice = 0; choice < static_cast<std::int16_t>(n_choices); ++choice) {
        Encoding x(n_slots, 0);
        x[0] = choice;
        front.push_back(zdt1(x));
    }
    const double best = hypervolume(front, {1.1, 10.1});
    for (const std::uint64_t seed : {1U, 2U, 3U}) {  // 1,200 of 1.7 million encodings
        const double found = volume_found("nsga2", seed, 30);
        EXPECT_GT(found, 0.995 * best) << seed;
        EXPECT_LT(volume_found("random", seed, 30), 0.95 * best) << seed;
    }
}

TEST(Nsga2, WorksWithOneAndWithFourObjectives) {
    for (const std::size_t n_objectives : {std::size_t{1}, std::size_t{4}}) {
        StrategyContext context = zdt_grid(4);
        context.n_objectives = n_objectives;
        const auto strategy = make("{name: nsga2, population: 10}", context);
        std::set<Encoding> seen;
        for (int round = 0; round < 20; ++round)
            for (const Candidate& candidate : strategy->ask(5)) {
                EXPECT_TRUE(seen.insert(candidate.encoding).second);
                Evaluation result = toy::ok(candidate, 0);
                result.objectives.clear();
                for (std::size_t k = 0; k < n_objectives; ++k)
                    result.objectives.push_back(std::abs(candidate.encoding[k] - 2.0 * static_cast<double>(k)));
                strategy->tell(std::span(&result, 1));
            }
        EXPECT_EQ(seen.size(), 100U);
    }
}

TEST(Nsga2, ChildrenComeFromSurvivors) {
    const auto strategy = make("{name: nsga2, population: 4, crossover: 1}", zdt_grid(1));
    for (const Candidate& candidate : strategy->ask(4)) {
        Evaluation result = candidate.id < 2 ? toy::ok(candidate, 0) : toy::failed(candidate);
        if (candidate.id < 2) result.objectives = {1.0, 1.0};
        strategy->tell(std::span(&result, 1));
    }
    for (const Candidate& child : strategy->ask(4)) {
        ASSERT_EQ(child.parents.size(), 2U);
        for (const std::int64_t parent : child.parents) EXPECT_LT(parent, 2);
    }
}

}  // namespace
}  // namespace hpnas
