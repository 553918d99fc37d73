#include "hpnas/strategy/evolution.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace hpnas {
namespace {

constexpr std::array<std::string_view, 2> parent_choices{"uniform", "tournament"};

std::size_t count(std::int64_t n) { return static_cast<std::size_t>(n); }

}  // namespace

void EvolutionOptions::visit(OptionVisitor& v) {
    v.integer({"population", "random candidates of the first generation", 1, 1e6}, population);
    v.integer({"pool", "best results that may be parents (DE-NAS: select_num)", 1, 1e6}, pool);
    v.integer({"mutations", "mutants per generation", 0, 1e6}, mutations);
    v.integer({"crossovers", "recombinations per generation", 0, 1e6}, crossovers);
    v.integer({"immigrants", "fresh random candidates before every further generation", 0, 1e6}, immigrants);
    visit_rates(v, rates);
    v.integer({"tries", "draws per wanted mutant or crossover (DE-NAS: scale_factor)", 1, 1e6}, tries);
    v.choice({"parents", "how parents are chosen from the pool"}, parents, parent_choices);
    v.integer({"tournament", "members of a tournament", 1, 1e6}, tournament);
    v.integer({"objective", "index of the objective that is minimised", 0, 1000}, objective);
    visit_quorum(v, quorum);
}

Evolution::Evolution(EvolutionOptions options, StrategyContext context)
    : Strategy(std::move(context)),
      options_(std::move(options)),
      breeder_(Strategy::context(), options_.rates),
      generation_(options_.quorum) {
    check_objective(options_.objective);
}

void Evolution::observe(const Candidate& asked, const Evaluation& result) {
    if (result.status != EvalStatus::ok) return;
    const double value = result.objectives.at(count(options_.objective));
    const auto worse = std::upper_bound(pool_.begin(), pool_.end(), value, [](double v, const Individual& member) {
        return v < member.objectives.front();
    });
    pool_.insert(worse, {asked, {value}});
    if (pool_.size() > count(options_.pool)) pool_.pop_back();
}

std::vector<Candidate> Evolution::propose(std::size_t n) {
    std::vector<Candidate> out = breed(
        {n, in_flight()}, generation_, breeder_, [this] { return next(); }, [this] { begin_generation(); });
    exhausted_ = exhausted_ || (n > 0 && out.empty() && in_flight() == 0);
    return out;
}

void Evolution::begin_generation() {
    const bool first = generation_.number() == 0;
    generation_.begin();
    plan_.clear();
    if (first) return plan(Kind::random, options_.population);
    // Immigrants are evaluated before the parents are chosen, as in DE-NAS: they make a generation of their own.
    immigration_due_ = !immigration_due_ && options_.immigrants > 0;
    if (immigration_due_) return plan(Kind::random, options_.immigrants);
    parents_ = pool_;
    if (parents_.empty()) return plan(Kind::random, options_.mutations + options_.crossovers);
    plan(Kind::mutant, options_.mutations);
    plan(Kind::crossover, options_.crossovers);
}

void Evolution::plan(Kind kind, std::int64_t wanted) {
    plan_.push_back({kind, count(wanted), count(wanted * options_.tries)});
}

std::optional<Candidate> Evolution::next() {
    while (!plan_.empty()) {
        Quota& quota = plan_.front();
        while (quota.wanted > 0 && quota.draws > 0) {
            --quota.draws;
            std::optional<Candidate> candidate = draw(quota);
            if (!candidate) continue;
            --quota.wanted;
            return candidate;
        }
        plan_.pop_front();
    }
    return std::nullopt;
}

std::optional<Candidate> Evolution::draw(Quota& quota) {
    if (quota.kind == Kind::random) {
        std::optional<Candidate> candidate = breeder_.random();
        if (!candidate) quota.draws = 0;  // there will not be one later either
        return candidate;
    }
    const Candidate& first = parent();
    if (quota.kind == Kind::mutant) return breeder_.mutant(first);
    return breeder_.child(first, other_parent(first), false);
}

const Candidate& Evolution::parent() {
    const std::size_t members = options_.parents == "tournament" ? count(options_.tournament) : 1;
    // Parents are in order of their objective.
    const auto better = [](std::size_t a, std::size_t b) { return a < b; };
    return parents_[tournament(parents_.size(), members, breeder_.rng(), better)].candidate;
}

const Candidate& Evolution::other_parent(const Candidate& first) {
    const Candidate* second = &parent();
    // A recombination of one parent is that parent: ask again, once, for the sake of pools of one.
    if (second->id == first.id) second = &parent();
    return *second;
}

}  // namespace hpnas
