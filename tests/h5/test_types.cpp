#include <gtest/gtest.h>

#include "hpnas/h5/file.hpp"

namespace hpnas {
namespace {

TEST(H5Types, LibraryIsRecentEnoughFor64BitIdentifiers) {
    // Handle keeps identifiers in 64 bits, as HDF5 does since 1.10.
    EXPECT_EQ(h5::library_version().substr(0, 2), "1.");
    EXPECT_GE(std::stoi(h5::library_version().substr(2)), 10);
}

}  // namespace
}  // namespace hpnas
