#include <gtest/gtest.h>

#include "hpnas/comm/parallel_environment.hpp"

namespace hpnas {
namespace {

TEST(MpiLibrary, HasAName) { EXPECT_FALSE(mpi_library().empty()); }

}  // namespace
}  // namespace hpnas
