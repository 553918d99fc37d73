#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "hpnas/config/options.hpp"
#include "hpnas/strategy/breeder.hpp"

namespace hpnas {

/// When a generation ends: everything planned was made (or given up), and enough of it came back. Results that are late
/// belong to the next generation, so that ranks do not wait for the slowest candidate.
class Generation {
public:
    /// @param quorum  part of a generation that must have come back, in [0, 1]; 1: all, which is the textbook's barrier
    explicit Generation(double quorum) : quorum_(quorum) {}

    /// Begins the next generation.
    void begin() noexcept;
    /// Counts a candidate to this generation and gives it the generation's number, in which empty ones do not count.
    void made(Candidate& candidate) noexcept;
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
    std::int32_t filled_ = 0;  // generations that made something
};

/// How many candidates are asked for, and how many are out already.
struct Demand {
    std::size_t wanted = 0;
    std::size_t in_flight = 0;
};

/// Up to demand.wanted candidates, over the end of generations as far as they may end. A generation that made nothing
/// is followed by a random candidate, so that a search goes on as long as its region has one.
/// @param next   the next candidate of this generation; nothing once it is complete or given up
/// @param begin  begins the next generation
std::vector<Candidate> breed(const Demand& demand, Generation& generation, Breeder& breeder,
                             const std::function<std::optional<Candidate>()>& next, const std::function<void()>& begin);

/// The key `quorum` of generational strategies.
void visit_quorum(OptionVisitor& v, double& quorum);

}  // namespace hpnas
