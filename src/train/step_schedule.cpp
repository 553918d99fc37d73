#include "hpnas/train/step_schedule.hpp"

#include <cmath>

namespace hpnas {

double StepSchedule::do_factor(double epoch, double /*epochs*/) const {
    return std::pow(options_.decay, std::floor(epoch / options_.decay_epochs));
}

}  // namespace hpnas
