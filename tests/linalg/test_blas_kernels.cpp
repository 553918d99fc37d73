#include <gtest/gtest.h>

#include "hpnas/linalg/blas_kernels.hpp"

namespace hpnas::linalg {
namespace {

TEST(BlasKernels, NoneAreMissedWhereTheOnesThatRunAreAsWide) {
    EXPECT_FALSE(blas_kernels().empty());
    const std::string missed = missed_blas_kernels();
    EXPECT_NE(missed, blas_kernels());
    EXPECT_TRUE(missed.empty() || missed == "SkylakeX" || missed == "Haswell") << missed;
    const bool wide = blas_kernels() == "Haswell" || blas_kernels() == "SkylakeX" || blas_kernels() == "Zen";
    const bool narrow = blas_kernels() == "Prescott" && __builtin_cpu_supports("avx2");
    if (wide || narrow) {
        EXPECT_EQ(missed.empty(), wide);
    }
}

}  // namespace
}  // namespace hpnas::linalg
