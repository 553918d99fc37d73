#pragma once
#include <cstdint>

namespace hpnas::kernel {

/// Inner products of n rows of `width` floats, which lie `stride` floats apart.
struct RowProducts {
    const float* rows = nullptr;
    std::int64_t n = 1, width = 1, stride = 1;
    double* products = nullptr;  ///< [n, n]
};

/// Adds rows rows^T, multiplied and summed in double, to the lower triangle of `products`, diagonal included; the upper
/// one is left alone. On the calling thread. Fastest while the rows stay in the second-level cache.
void add_row_products(const RowProducts& args);

}  // namespace hpnas::kernel
