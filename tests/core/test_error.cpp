#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

template <class E>
ExitCode code_of(const E& error) {
    try {
        throw error;
    } catch (const Error& caught) {  // every type of the library is an Error
        return caught.exit_code();
    }
}

// The exit codes of sysexits.h: EX_DATAERR 65, EX_NOINPUT 66, EX_CANTCREAT 73, EX_IOERR 74, EX_CONFIG 78.
TEST(Error, EveryTypeCarriesItsExitCode) {
    EXPECT_EQ(static_cast<int>(code_of(ConfigError("x"))), 78);
    EXPECT_EQ(static_cast<int>(code_of(ShapeError("x"))), 78);
    EXPECT_EQ(static_cast<int>(code_of(EncodingError("x"))), 65);
    EXPECT_EQ(static_cast<int>(code_of(DataError("x"))), 65);
    EXPECT_EQ(static_cast<int>(code_of(DataError("x", ExitCode::no_input))), 66);
    EXPECT_EQ(static_cast<int>(code_of(StoreError("x"))), 74);
    EXPECT_EQ(static_cast<int>(code_of(StoreError("x", ExitCode::cannot_create))), 73);
    EXPECT_EQ(static_cast<int>(code_of(CommError("x"))), 1);
    EXPECT_EQ(static_cast<int>(code_of(InternalError("x"))), 1);
}

TEST(Error, KeepsItsMessage) { EXPECT_STREQ(ConfigError("a.yaml:3: bad").what(), "a.yaml:3: bad"); }

}  // namespace
}  // namespace hpnas
