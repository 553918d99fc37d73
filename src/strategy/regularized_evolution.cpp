#include "hpnas/strategy/regularized_evolution.hpp"

#include <utility>

namespace hpnas {

void RegularizedEvolutionOptions::visit(OptionVisitor& v) {
    v.integer({"population", "results that are alive; as many random candidates come first", 1, 1e6}, population);
    v.integer({"tournament", "random members of which the best is the parent", 1, 1e6}, tournament);
    visit_rates(v, rates);
    v.integer({"tries", "tournaments and mutations per candidate before a random one takes its place", 1, 1e6}, tries);
    v.integer({"objective", "index of the objective that is minimised", 0, 1000}, objective);
}

RegularizedEvolution::RegularizedEvolution(RegularizedEvolutionOptions options, StrategyContext context)
    : Strategy(std::move(context)), options_(options), breeder_(Strategy::context(), options_.rates) {
    check_objective(options_.objective);
}

void RegularizedEvolution::observe(const Candidate& asked, const Evaluation& result) {
    if (result.status != EvalStatus::ok) return;
    members_.push_back({asked, {result.objectives.at(static_cast<std::size_t>(options_.objective))}});
    if (members_.size() > static_cast<std::size_t>(options_.population)) members_.pop_front();
}

std::vector<Candidate> RegularizedEvolution::propose(std::size_t n) {
    std::vector<Candidate> out;
    while (out.size() < n) {
        std::optional<Candidate> candidate = next();
        if (!candidate) break;
        ++n_proposed_;
        out.push_back(std::move(*candidate));
    }
    // With results still to come there may be new parents.
    exhausted_ = exhausted_ || (n > 0 && out.empty() && in_flight() == 0);
    return out;
}

std::optional<Candidate> RegularizedEvolution::next() {
    if (n_proposed_ >= options_.population && !members_.empty())
        if (std::optional<Candidate> candidate = mutant()) return candidate;
    std::optional<Candidate> candidate = breeder_.random();
    if (!candidate && !members_.empty()) candidate = mutant();
    return candidate;
}

std::optional<Candidate> RegularizedEvolution::mutant() {
    const auto better = [this](std::size_t a, std::size_t b) {
        return members_[a].objectives.front() < members_[b].objectives.front();
    };
    for (std::int64_t i = 0; i < options_.tries; ++i) {
        const std::size_t parent =
            tournament(members_.size(), static_cast<std::size_t>(options_.tournament), breeder_.rng(), better);
        if (std::optional<Candidate> candidate = breeder_.mutant(members_[parent].candidate)) return candidate;
    }
    return std::nullopt;
}

}  // namespace hpnas
