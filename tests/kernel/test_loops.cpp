#include "kernel/loops.hpp"

#include <gtest/gtest.h>

#include "hpnas/kernel/engine.hpp"

namespace hpnas::kernel {
namespace {

TEST(Loops, AreThoseOfTheInstructionSetThatTheEngineNames) { EXPECT_EQ(loops().name, Engine::isa()); }

TEST(Loops, ConstantsArePaddedToWholeVectors) {
    EXPECT_EQ(padded_width(1), 16);
    EXPECT_EQ(padded_width(16), 16);
    EXPECT_EQ(padded_width(17), 32);
}

}  // namespace
}  // namespace hpnas::kernel
