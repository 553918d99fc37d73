#pragma once
#include "hpnas/train/schedule.hpp"

namespace hpnas {

/// 1 throughout, after the warm-up.
class ConstantSchedule final : public Schedule {
public:
    explicit ConstantSchedule(WarmupOptions options) : Schedule(options) {}

private:
    double do_factor(double, double) const override { return 1.0; }
};

}  // namespace hpnas
