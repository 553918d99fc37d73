#pragma once
#include <chrono>

namespace hpnas {

using Seconds = std::chrono::duration<double>;
using Milliseconds = std::chrono::duration<double, std::milli>;

}  // namespace hpnas
