#include "hpnas/kernel/weighted_sum.hpp"

#include <algorithm>

#include "loops.hpp"
#include "parallel.hpp"

namespace hpnas::kernel {
namespace {

/// Floats of a sample that one task works on: the sum stays in the second-level cache while options are added.
constexpr std::int64_t block_size = 16384;

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

/// The gradients of one stretch, a few options at a time.
class StretchGradient {
public:
    /// @param products  of the stretch, per option; null: not wanted
    StretchGradient(const WeightedSumBackward& args, const Stretch& part, double* products)
        : args_(args), part_(part), products_(products) {}

    void add(std::size_t option, float weight) {
        const float* src = args_.src[option] + part_.at;
        float* diff_src = args_.diff_src[option];
        if (weight == 0.0F) {
            if (products_ != nullptr) products_[option] = 0;
            if (diff_src != nullptr) std::fill_n(diff_src + part_.at, part_.count, 0.0F);
        } else if (diff_src == nullptr) {
            if (products_ != nullptr) products_[option] = static_cast<double>(dot(src, diff(), part_.count));
        } else {
            options_[terms_.n] = option;
            terms_.src[terms_.n] = src;
            terms_.weights[terms_.n] = weight;
            terms_.diff_src[terms_.n++] = diff_src + part_.at;
            if (terms_.n == WeightedTerms::most) finish();
        }
    }
    void finish() {
        if (terms_.n == 0) return;
        loops().weighted_sum_backward(terms_, diff(), part_.count);
        for (int i = 0; i < terms_.n && products_ != nullptr; ++i)
            products_[options_[i]] = static_cast<double>(terms_.products[i]);
        terms_.n = 0;
    }

private:
    const float* diff() const { return args_.diff_dst + part_.at; }

    const WeightedSumBackward& args_;
    Stretch part_;
    double* products_;
    WeightedTerms terms_{};
    std::size_t options_[WeightedTerms::most]{};
};

}  // namespace

void weighted_sum(const WeightedSumShape& shape, std::span<const float* const> src, const float* weights, float* dst) {
    for_stretches(shape, [&shape, src, weights, dst](const Stretch& part) {
        const float* sum = nullptr;  // of the options so far
        WeightedTerms terms{};
        const auto add = [&] {
            loops().weighted_sum(terms, sum, dst + part.at, part.count);
            sum = dst + part.at;
            terms.n = 0;
        };
        for (std::int64_t k = 0; k < shape.options; ++k) {
            const float weight = weights[part.sample * shape.options + k];
            if (weight == 0.0F) continue;
            terms.src[terms.n] = src[static_cast<std::size_t>(k)] + part.at;
            terms.weights[terms.n++] = weight;
            if (terms.n == WeightedTerms::most) add();
        }
        if (terms.n > 0) add();
        if (sum == nullptr) std::fill_n(dst + part.at, part.count, 0.0F);
    });
}

std::size_t weighted_sum_scratch(const WeightedSumShape& shape) noexcept {
    return static_cast<std::size_t>(shape.n * blocks(shape) * shape.options);
}

void weighted_sum_backward(const WeightedSumShape& shape, const WeightedSumBackward& args) {
    const std::int64_t options = shape.options, per_sample = blocks(shape);
    for_stretches(shape, [&](const Stretch& part) {
        const std::int64_t at = (part.sample * per_sample + part.block) * options;
        StretchGradient gradient(args, part, args.diff_weights == nullptr ? nullptr : args.scratch + at);
        for (std::int64_t k = 0; k < options; ++k)
            gradient.add(static_cast<std::size_t>(k), args.weights[part.sample * options + k]);
        gradient.finish();
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
