#include "hpnas/train/schedule.hpp"

namespace hpnas {

double Schedule::factor(double epoch, double epochs) const {
    if (epoch >= warmup_.warmup_epochs) return do_factor(epoch, epochs);
    const double target = do_factor(warmup_.warmup_epochs, epochs);
    return warmup_.warmup_start + (target - warmup_.warmup_start) * epoch / warmup_.warmup_epochs;
}

}  // namespace hpnas
