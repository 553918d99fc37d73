#include "hpnas/train/cosine_schedule.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace hpnas {

double CosineSchedule::do_factor(double epoch, double epochs) const {
    const double length = epochs - warmup().warmup_epochs;
    const double progress = length > 0.0 ? std::clamp((epoch - warmup().warmup_epochs) / length, 0.0, 1.0) : 0.0;
    return final_factor_ + (1.0 - final_factor_) * 0.5 * (1.0 + std::cos(std::numbers::pi * progress));
}

}  // namespace hpnas
