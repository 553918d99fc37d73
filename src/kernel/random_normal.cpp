#include "hpnas/kernel/random_normal.hpp"

#include "loops.hpp"
#include "parallel.hpp"

namespace hpnas::kernel {

static_assert(elements_per_unit % normal_group == 0, "shares begin where a group of values does");

void fill_normal(NormalKey key, float deviation, float* dst, std::int64_t count) {
    for_elements(count, [=](std::int64_t begin, std::int64_t end) {
        loops().normal({key.low, key.high, deviation, begin, end - begin}, dst + begin);
    });
}

}  // namespace hpnas::kernel
