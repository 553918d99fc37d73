#include "hpnas/kernel/activation.hpp"

#include "loops.hpp"
#include "parallel.hpp"

namespace hpnas::kernel {

void activation_forward(Activation kind, const float* src, float* dst, std::int64_t count) {
    for_elements(count, [=](std::int64_t begin, std::int64_t end) {
        loops().activation_forward(kind, src + begin, dst + begin, end - begin);
    });
}

void activation_backward(Activation kind, const float* src, const float* diff_dst, float* diff_src,
                         std::int64_t count) {
    for_elements(count, [=](std::int64_t begin, std::int64_t end) {
        loops().activation_backward(kind, src + begin, diff_dst + begin, diff_src + begin, end - begin);
    });
}

}  // namespace hpnas::kernel
