#include "kernel/loops_check.hpp"

namespace hpnas::kernel {
namespace {

TEST(LoopsAvx512, MatchTheirDefinitions) {
    if (Engine::isa() != "avx512") GTEST_SKIP() << "this machine has no AVX-512";
    exact::check_loops(loops_avx512);
}

}  // namespace
}  // namespace hpnas::kernel
