#include "hpnas/strategy/generation.hpp"

#include <utility>

namespace hpnas {

void Generation::begin() noexcept {
    made_ = 0;
    ++number_;
}

void Generation::made(Candidate& candidate) noexcept {
    if (made_++ == 0) ++filled_;
    candidate.generation = filled_ - 1;
}

bool Generation::may_end(std::size_t in_flight) const noexcept {
    return static_cast<double>(in_flight) <= (1.0 - quorum_) * static_cast<double>(made_);
}

std::vector<Candidate> breed(const Demand& demand, Generation& generation, Breeder& breeder,
                             const std::function<std::optional<Candidate>()>& next,
                             const std::function<void()>& begin) {
    std::vector<Candidate> out;
    while (out.size() < demand.wanted) {
        std::optional<Candidate> candidate = next();
        if (!candidate) {
            if (!generation.may_end(demand.in_flight + out.size())) break;
            const bool stuck = generation.number() > 0 && generation.size() == 0;
            begin();
            if (!stuck) continue;
            candidate = breeder.random();
            if (!candidate) break;
        }
        generation.made(*candidate);
        out.push_back(std::move(*candidate));
    }
    return out;
}

void visit_quorum(OptionVisitor& v, double& quorum) {
    v.number({"quorum", "part of a generation that must have come back before the next one begins", 0, 1}, quorum);
}

}  // namespace hpnas
