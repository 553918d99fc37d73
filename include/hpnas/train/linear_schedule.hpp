#pragma once
#include "hpnas/train/schedule.hpp"

namespace hpnas {

struct LinearOptions {
    double final_factor = 0;
    WarmupOptions warmup;

    void visit(OptionVisitor& v) {
        v.number({"final_factor", "factor at the end of training", 0, 1}, final_factor);
        warmup.visit(v);
    }
};

/// A straight line from 1 at the end of the warm-up to final_factor at the end of training, as BERT is trained.
class LinearSchedule final : public Schedule {
public:
    explicit LinearSchedule(LinearOptions options) : Schedule(options.warmup), final_factor_(options.final_factor) {}

private:
    double do_factor(double epoch, double epochs) const override;
    double final_factor_;
};

}  // namespace hpnas
