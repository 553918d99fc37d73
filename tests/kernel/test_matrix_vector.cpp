#include <gtest/gtest.h>
#include <omp.h>

#include "../../src/kernel/matrix_vector.hpp"
#include "kernel/exact.hpp"

namespace hpnas::kernel {
namespace {

TEST(MatrixVector, EqualsTheReferenceProduct) {
    for (const std::int64_t c : {1, 7, 64, 1280})
        for (const std::int64_t k : {1, 3, 4, 10, 1001}) {
            const exact::Buffer weights(exact::values(k * c, 1)), src(exact::values(c, 2)), bias(exact::values(k, 3)),
                dst(k);
            const MatmulShape shape{.n = k, .k = c, .transpose_b = true};
            const auto x = exact::as_double(src.values()), w = exact::as_double(weights.values());
            matrix_vector(weights.data(), src.data(), bias.data(), k, c, dst.data());
            exact::expect_equal(dst, reference::matmul(shape, x, w, exact::as_double(bias.values())), "with bias");
            matrix_vector(weights.data(), src.data(), nullptr, k, c, dst.data());
            exact::expect_equal(dst, reference::matmul(shape, x, w, {}), "without bias");
        }
}

TEST(MatrixVector, GivesTheSameBitsForAnyNumberOfThreads) {
    const std::int64_t k = 1000, c = 1280;
    const exact::Buffer weights(exact::rough_values(k * c, 1)), src(exact::rough_values(c, 2)), one(k), two(k);
    const int before = omp_get_max_threads();
    omp_set_num_threads(1);
    matrix_vector(weights.data(), src.data(), nullptr, k, c, one.data());
    omp_set_num_threads(2);
    matrix_vector(weights.data(), src.data(), nullptr, k, c, two.data());
    omp_set_num_threads(before);
    EXPECT_EQ(one.values(), two.values());
}

}  // namespace
}  // namespace hpnas::kernel
