#include "kernel/loops_check.hpp"

namespace hpnas::kernel {
namespace {

TEST(LoopsAvx2, MatchTheirDefinitions) {
    if (Engine::isa() == "baseline") GTEST_SKIP() << "this machine has no AVX2";
    exact::check_loops(loops_avx2);
}

}  // namespace
}  // namespace hpnas::kernel
