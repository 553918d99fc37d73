#include "hpnas/kernel/weighted_sum.hpp"

#include <algorithm>

#include "loops.hpp"
#include "parallel.hpp"

namespace hpnas::kernel {
namespace {

/// Floats of a sample that one task works on: the sum stays in the first-level cache while options are added.
constexpr std::int64_t block_size = 4096;

std::int64_t blocks(const WeightedSumShape& shape) { return (shape.count + block_size - 1) / block_size; }

/// A task's floats [begin, begin + count) of one sample; `at`: where they start in a tensor.
struct Stretch {
    std::int64_t sample, block, at, count;
};

template <class F>
void for_stretches(const WeightedSumShape& shape, F&& f) {
    const std::int64_t per_sample = blocks(shape);
    for_blocks(shape.n * per_sample, 1, [&](std::int64_t task, std::int64_t) {
        const std::int64_t sample = task / per_sample, block = task % per_sample, begin = block * block_size;
        f(Stretch{sample, block, sample * shape.count + begin, std::min(block_size, shape.count - begin)});
    });
}

float dot(const float* a, const float* b, std::int64_t n) {
    float result = 0;
    loops().matrix_vector({n, n}, a, b, nullptr, &result);
    return result;
}

}  // namespace

void weighted_sum(const WeightedSumShape& shape, std::span<const float* const> src, const float* weights, float* dst) {
    for_stretches(shape, [&shape, src, weights, dst](const Stretch& part) {
        const float* sum = nullptr;  // of the options so far
        for (std::int64_t k = 0; k < shape.options; ++k) {
            const float weight = weights[part.sample * shape.options + k];
            if (weight == 0.0F) continue;
            loops().scale(weight, src[static_cast<std::size_t>(k)] + part.at, sum, dst + part.at, part.count);
            sum = dst + part.at;
        }
        if (sum == nullptr) std::fill_n(dst + part.at, part.count, 0.0F);
    });
}

std::size_t weighted_sum_scratch(const WeightedSumShape& shape) noexcept {
    return static_cast<std::size_t>(shape.n * blocks(shape) * shape.options);
}

void weighted_sum_backward(const WeightedSumShape& shape, const WeightedSumBackward& args) {
    const std::int64_t options = shape.options, per_sample = blocks(shape);
    for_stretches(shape, [&](const Stretch& part) {
        const float* diff = args.diff_dst + part.at;
        for (std::int64_t k = 0; k < options; ++k) {
            const auto option = static_cast<std::size_t>(k);
            const float weight = args.weights[part.sample * options + k];
            if (args.diff_weights != nullptr)
                args.scratch[(part.sample * per_sample + part.block) * options + k] =
                    weight == 0.0F ? 0.0 : static_cast<double>(dot(args.src[option] + part.at, diff, part.count));
            if (args.diff_src[option] != nullptr)
                loops().scale(weight, diff, nullptr, args.diff_src[option] + part.at, part.count);
        }
    });
    if (args.diff_weights == nullptr) return;
    for (std::int64_t i = 0; i < shape.n * options; ++i) {
        double sum = 0;
        for (std::int64_t b = 0; b < per_sample; ++b)
            sum += args.scratch[(i / options * per_sample + b) * options + i % options];
        args.diff_weights[i] = static_cast<float>(sum);
    }
}

}  // namespace hpnas::kernel
