#pragma once
#include <vector>

#include "hpnas/strategy/strategy.hpp"

namespace hpnas {

/// Proposes the encodings of a list, one after the other: for evaluating given candidates with the means of a search.
class FixedList final : public Strategy {
public:
    /// @param list  canonical, feasible, each once (checked when proposed)
    FixedList(std::vector<Encoding> list, StrategyContext context);
    bool exhausted() const noexcept override { return next_ == list_.size(); }

private:
    std::vector<Candidate> propose(std::size_t n) override;
    void observe(const Candidate&, const Evaluation&) override {}

    std::vector<Encoding> list_;
    std::size_t next_ = 0;
};

}  // namespace hpnas
