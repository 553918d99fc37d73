#include "hpnas/sched/scheduler.hpp"

#include <fmt/format.h>

namespace hpnas {

std::string schedule_text(const ScheduleOptions& options) {
    if (options.mode == ScheduleMode::asynchronous) return "asynchronous";
    return fmt::format("synchronous window={}", options.window);
}

}  // namespace hpnas
