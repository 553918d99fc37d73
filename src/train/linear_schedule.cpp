#include "hpnas/train/linear_schedule.hpp"

#include <algorithm>

namespace hpnas {

double LinearSchedule::do_factor(double epoch, double epochs) const {
    const double length = epochs - warmup().warmup_epochs;
    const double progress = length > 0.0 ? std::clamp((epoch - warmup().warmup_epochs) / length, 0.0, 1.0) : 0.0;
    return 1.0 + (final_factor_ - 1.0) * progress;
}

}  // namespace hpnas
