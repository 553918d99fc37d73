#include "hpnas/train/inverse_root_schedule.hpp"

#include <cmath>

namespace hpnas {

double InverseRootSchedule::do_factor(double epoch, double /*epochs*/) const {
    const double length = warmup().warmup_epochs;
    return length > 0.0 ? std::sqrt(length / epoch) : 1.0 / std::sqrt(1.0 + epoch);
}

}  // namespace hpnas
