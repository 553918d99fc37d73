#pragma once
#include <memory>

#include "hpnas/config/options.hpp"
#include "hpnas/strategy/design.hpp"
#include "hpnas/strategy/strategy.hpp"

namespace hpnas {

/// Proposes what a design chooses and learns nothing: the baselines `random` and `sobol`.
class DesignSearch : public Strategy {
public:
    DesignSearch(StrategyContext context, std::string_view design);
    bool exhausted() const noexcept override { return exhausted_; }

private:
    std::vector<Candidate> propose(std::size_t n) override;
    void observe(const Candidate&, const Evaluation&) override {}

    FeasibleRegion region_;
    std::unique_ptr<Design> design_;
    bool exhausted_ = false;
};

/// Nothing to choose.
struct NoOptions {
    void visit(OptionVisitor&) {}
};

/// Uniform over the pool (or the space) without repetition.
struct RandomSearch final : DesignSearch {
    RandomSearch(const NoOptions&, StrategyContext context) : DesignSearch(std::move(context), "random") {}
};

/// Evenly spread over the pool (or the space) by a digitally shifted Sobol sequence.
struct SobolSearch final : DesignSearch {
    SobolSearch(const NoOptions&, StrategyContext context) : DesignSearch(std::move(context), "sobol") {}
};

}  // namespace hpnas
