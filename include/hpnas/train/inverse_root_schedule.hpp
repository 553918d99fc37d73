#pragma once
#include "hpnas/train/schedule.hpp"

namespace hpnas {

/// sqrt(warmup_epochs / epoch) after the warm-up, without which it is 1 / sqrt(1 + epoch): "Noam", as transformers for
/// speech are trained. Source: Vaswani et al., NeurIPS 2017.
class InverseRootSchedule final : public Schedule {
public:
    explicit InverseRootSchedule(WarmupOptions options) : Schedule(options) {}

private:
    double do_factor(double epoch, double epochs) const override;
};

}  // namespace hpnas
