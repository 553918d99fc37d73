#include "hpnas/score/score.hpp"

#include <cmath>

namespace hpnas {

std::optional<double> Score::compute(ScoreProbe& probe) const {
    const double value = do_compute(probe);
    return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

}  // namespace hpnas
