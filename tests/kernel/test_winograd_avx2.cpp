#include "kernel/winograd_check.hpp"

namespace hpnas::kernel {
namespace {

TEST(WinogradAvx2, MatchesTheReferenceForEveryChannelCount) {
    if (Engine::isa() == "baseline") GTEST_SKIP() << "needs AVX2";
    winograd_check::check_channels(winograd_avx2);
}

TEST(WinogradAvx2, MatchesTheReferenceForEverySizeAndPadding) {
    if (Engine::isa() == "baseline") GTEST_SKIP() << "needs AVX2";
    winograd_check::check_sizes_and_padding(winograd_avx2);
}

TEST(WinogradAvx2, AppliesEveryEpilogue) {
    if (Engine::isa() == "baseline") GTEST_SKIP() << "needs AVX2";
    winograd_check::check_epilogues(winograd_avx2);
}

TEST(WinogradAvx2, PackedTransposedGivesTheGradientOfTheSource) {
    if (Engine::isa() == "baseline") GTEST_SKIP() << "needs AVX2";
    winograd_check::check_transposed(winograd_avx2);
}

}  // namespace
}  // namespace hpnas::kernel
