#include "kernel/winograd_check.hpp"

namespace hpnas::kernel {
namespace {

TEST(WinogradAvx512, MatchesTheReferenceForEveryChannelCount) {
    if (Engine::isa() != "avx512") GTEST_SKIP() << "needs AVX512";
    winograd_check::check_channels(winograd_avx512);
}

TEST(WinogradAvx512, MatchesTheReferenceForEverySizeAndPadding) {
    if (Engine::isa() != "avx512") GTEST_SKIP() << "needs AVX512";
    winograd_check::check_sizes_and_padding(winograd_avx512);
}

TEST(WinogradAvx512, AppliesEveryEpilogue) {
    if (Engine::isa() != "avx512") GTEST_SKIP() << "needs AVX512";
    winograd_check::check_epilogues(winograd_avx512);
}

TEST(WinogradAvx512, PackedTransposedGivesTheGradientOfTheSource) {
    if (Engine::isa() != "avx512") GTEST_SKIP() << "needs AVX512";
    winograd_check::check_transposed(winograd_avx512);
}

}  // namespace
}  // namespace hpnas::kernel
