#include "hpnas/strategy/generation.hpp"

namespace hpnas {

void Generation::begin() noexcept {
    made_ = 0;
    ++number_;
}

bool Generation::may_end(std::size_t in_flight) const noexcept {
    return static_cast<double>(in_flight) <= (1.0 - quorum_) * static_cast<double>(made_);
}

void visit_quorum(OptionVisitor& v, double& quorum) {
    v.number({"quorum", "part of a generation that must have come back before the next one begins", 0, 1}, quorum);
}

}  // namespace hpnas
