#include <gtest/gtest.h>

#include "hpnas/kernel/engine.hpp"

namespace hpnas::kernel {
namespace {

TEST(Engine, NamesInstructionSetAndLibrary) {
    EXPECT_TRUE(Engine::isa() == "avx512" || Engine::isa() == "avx2" || Engine::isa() == "baseline") << Engine::isa();
    EXPECT_EQ(Engine::library().rfind("oneDNN ", 0), 0U) << Engine::library();
}

TEST(Engine, MayExistMoreThanOnce) {
    const Engine first, second;
    EXPECT_NE(&first.impl(), &second.impl());
}

}  // namespace
}  // namespace hpnas::kernel
