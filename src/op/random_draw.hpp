#pragma once
#include <cstdint>

#include "hpnas/kernel/dropout.hpp"
#include "hpnas/op/operator.hpp"

namespace hpnas {

/// Sample number of row `row` of the batch: the global index if given, else the row.
std::int64_t sample_number(const StepContext& step, std::int64_t row);
/// Key of the draws of one operator (`stream`) in one step.
kernel::DropoutKey step_key(const StepContext& step, std::uint64_t stream);
/// Key of the draws of one operator for one sample in one step.
kernel::DropoutKey sample_key(const StepContext& step, std::uint64_t stream, std::int64_t row);

}  // namespace hpnas
