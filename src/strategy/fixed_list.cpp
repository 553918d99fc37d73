#include "hpnas/strategy/fixed_list.hpp"

#include <utility>

namespace hpnas {

FixedList::FixedList(std::vector<Encoding> list, StrategyContext context)
    : Strategy(std::move(context)), list_(std::move(list)) {}

std::vector<Candidate> FixedList::propose(std::size_t n) {
    std::vector<Candidate> candidates;
    for (; next_ < list_.size() && candidates.size() < n; ++next_) {
        Candidate candidate;
        candidate.encoding = list_[next_];
        candidates.push_back(std::move(candidate));
    }
    return candidates;
}

}  // namespace hpnas
