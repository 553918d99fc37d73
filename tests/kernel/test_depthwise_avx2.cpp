#include <gtest/gtest.h>

#include "kernel/depthwise_check.hpp"

namespace hpnas::kernel {
namespace {

TEST(DepthwiseAvx2, MatchesTheReference) {
    if (Engine::isa() == "baseline") GTEST_SKIP() << "this machine has no AVX2";
    exact::check_all_shapes(depthwise_avx2);
}

}  // namespace
}  // namespace hpnas::kernel
