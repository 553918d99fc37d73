#include <gtest/gtest.h>

#include "kernel/depthwise_check.hpp"

namespace hpnas::kernel {
namespace {

TEST(DepthwiseAvx512, MatchesTheReference) {
    if (Engine::isa() != "avx512") GTEST_SKIP() << "this machine has no AVX512";
    exact::check_all_shapes(depthwise_avx512);
}

}  // namespace
}  // namespace hpnas::kernel
