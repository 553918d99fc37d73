#include "hpnas/strategy/design_search.hpp"

#include <optional>
#include <unordered_set>
#include <utility>

namespace hpnas {

DesignSearch::DesignSearch(StrategyContext context, std::string_view design)
    : Strategy(std::move(context)), region_(Strategy::context()), design_(make_design(design, Strategy::context())) {}

std::vector<Candidate> DesignSearch::propose(std::size_t n) {
    std::vector<Candidate> candidates;
    std::unordered_set<Encoding, EncodingHash> batch;
    const auto taken = [&](const Encoding& x) { return proposed(x) || batch.contains(x); };
    while (!exhausted_ && candidates.size() < n) {
        std::optional<Encoding> x = design_->next(region_, taken);
        if (x) {
            batch.insert(*x);
            candidates.push_back({-1, std::move(*x), {}});
        }
        exhausted_ = !x;
    }
    return candidates;
}

}  // namespace hpnas
