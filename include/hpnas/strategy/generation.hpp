#pragma once
#include <cstddef>

#include "hpnas/config/options.hpp"

namespace hpnas {

/// When a generation ends: everything planned was made (or given up), and enough of it came back. Results that are late
/// belong to the next generation, so that ranks do not wait for the slowest candidate.
class Generation {
public:
    /// @param quorum  part of a generation that must have come back, in [0, 1]; 1: all, which is the textbook's barrier
    explicit Generation(double quorum) : quorum_(quorum) {}

    /// Begins the next generation.
    void begin() noexcept;
    void made() noexcept { ++made_; }
    /// Candidates of this generation so far.
    std::size_t size() const noexcept { return made_; }
    /// @param in_flight  candidates asked and not told, of whatever generation
    bool may_end(std::size_t in_flight) const noexcept;
    /// Generations begun.
    std::size_t number() const noexcept { return number_; }

private:
    double quorum_;
    std::size_t made_ = 0;
    std::size_t number_ = 0;
};

/// The key `quorum` of generational strategies.
void visit_quorum(OptionVisitor& v, double& quorum);

}  // namespace hpnas
