#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

namespace hpnas::kernel {

/// A sum of `options` tensors [n, count] with weights of each sample's own, [n, options].
struct WeightedSumShape {
    std::int64_t n = 1, count = 1, options = 1;
};

/// dst [n, count] = sum over k of weights[i, k] * src[k][i]. A sample's option of weight 0 is not read.
void weighted_sum(const WeightedSumShape& shape, std::span<const float* const> src, const float* weights, float* dst);

struct WeightedSumBackward {
    std::span<const float* const> src;  ///< [options], each [n, count]
    const float* weights = nullptr;     ///< [n, options]
    const float* diff_dst = nullptr;    ///< [n, count]
    std::span<float* const> diff_src;   ///< [options]; null where not wanted
    float* diff_weights = nullptr;      ///< [n, options]; null: not wanted. 0 for an option of weight 0: it is not read
    double* scratch = nullptr;          ///< weighted_sum_scratch() numbers, if diff_weights is wanted
};
std::size_t weighted_sum_scratch(const WeightedSumShape& shape) noexcept;
/// Products are summed in blocks whose order does not depend on the number of threads.
void weighted_sum_backward(const WeightedSumShape& shape, const WeightedSumBackward& args);

}  // namespace hpnas::kernel
