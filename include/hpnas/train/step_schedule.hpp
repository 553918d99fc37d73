#pragma once
#include "hpnas/train/schedule.hpp"

namespace hpnas {

struct StepOptions {
    double decay = 0.97;
    double decay_epochs = 2.4;
    WarmupOptions warmup;

    void visit(OptionVisitor& v) {
        v.number({"decay", "factor applied every decay_epochs", 0, 1}, decay);
        v.number({"decay_epochs", "epochs between two decays", 1e-6, 1e6}, decay_epochs);
        warmup.visit(v);
    }
};

/// decay^floor(epoch / decay_epochs), epochs counted from the start of training, warm-up included (GPUNet: 0.97
/// every 2.4 epochs).
class StepSchedule final : public Schedule {
public:
    explicit StepSchedule(StepOptions options) : Schedule(options.warmup), options_(options) {}

private:
    double do_factor(double epoch, double epochs) const override;
    StepOptions options_;
};

}  // namespace hpnas
