#include <gtest/gtest.h>

#include "kernel/depthwise_check.hpp"

namespace hpnas::kernel {
namespace {

TEST(DepthwiseBaseline, MatchesTheReference) { exact::check_all_shapes(depthwise_baseline); }

}  // namespace
}  // namespace hpnas::kernel
