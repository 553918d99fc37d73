#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "hpnas/store/table.hpp"

namespace hpnas {
namespace {

Column numbers(std::string name, std::vector<double> values) {
    return {std::move(name), "1", "", std::move(values), {}};
}

TEST(Table, EqualLengthsAreAccepted) {
    EXPECT_NO_THROW(
        check_table({"t", "", {numbers("a", {1, 2}), {"b", "", "", std::vector<std::string>{"x", "y"}, {}}}}));
    EXPECT_NO_THROW(check_table({"empty", "", {}}));
}

TEST(Table, UnequalLengthsAreRefused) {
    EXPECT_THROW(check_table({"t", "", {numbers("a", {1, 2}), numbers("b", {1})}}), InternalError);
}

TEST(Table, RepeatedOrEmptyNamesAreRefused) {
    EXPECT_THROW(check_table({"t", "", {numbers("a", {1}), numbers("a", {2})}}), InternalError);
    EXPECT_THROW(check_table({"t", "", {numbers("", {1})}}), InternalError);
}

TEST(Table, EncodingsOfDifferentLengthAreRefused) {
    const std::vector<Encoding> encodings{{1, 2}, {1}};
    EXPECT_THROW(check_table({"t", "", {{"encoding", "1", "", encodings, {}}}}), InternalError);
}

}  // namespace
}  // namespace hpnas
