#pragma once
#include "hpnas/config/registry.hpp"

namespace hpnas {

/// Linear warm-up, common to all schedules.
struct WarmupOptions {
    double warmup_epochs = 0;
    double warmup_start = 0;

    void visit(OptionVisitor& v) {
        v.number({"warmup_epochs", "epochs over which the factor rises linearly to the schedule's", 0, 1e6},
                 warmup_epochs);
        v.number({"warmup_start", "factor at the very start of the warm-up", 0, 1}, warmup_start);
    }
};

/// The learning rate over time, as a factor in [0, 1] of the optimiser's learning_rate. Pure.
class Schedule {
public:
    explicit Schedule(WarmupOptions warmup) : warmup_(warmup) {}
    virtual ~Schedule() = default;
    /// Factor after `epoch` epochs (fractional: asked at every step) of a training of `epochs`.
    double factor(double epoch, double epochs) const;

protected:
    const WarmupOptions& warmup() const noexcept { return warmup_; }

private:
    /// Without warm-up; asked only from the warm-up's end on.
    virtual double do_factor(double epoch, double epochs) const = 0;
    WarmupOptions warmup_;
};

/// Every schedule by name: constant, cosine, inverse_root, linear, step.
const Registry<Schedule>& schedules();

}  // namespace hpnas
