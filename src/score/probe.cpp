#include "hpnas/score/probe.hpp"

#include <utility>

#include "hpnas/core/hash.hpp"

namespace hpnas {

ScoreProbe::ScoreProbe(const Network& network, const Device& device, ProbeSettings settings)
    : network_(network), device_(device), settings_(std::move(settings)) {}

const Cost& ScoreProbe::cost() {
    struct Counted : Cost {
        explicit Counted(ScoreProbe& probe) : Cost(probe.network().cost()) {}
    };
    return pass<Counted>();
}

Rng ScoreProbe::rng(const std::string& purpose) const { return {settings_.seed, Purpose::score, hash64(purpose)}; }

}  // namespace hpnas
