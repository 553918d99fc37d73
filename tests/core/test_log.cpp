#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "hpnas/core/log.hpp"

namespace hpnas {
namespace {

TEST(Log, DefaultSwallowsEverything) {
    const Log log;
    EXPECT_NO_THROW(log.error("lost {}", 1));
}

TEST(Log, CopiesShareTheSinkAndLevelsArriveInOrder) {
    std::vector<std::pair<LogLevel, std::string>> lines;
    const Log log([&](LogLevel level, std::string_view text) { lines.emplace_back(level, text); });
    const Log copy = log;
    log.debug("a{}", 1);
    copy.info("b{}", 2);
    log.warning("c{}", 3);
    copy.error("d{}", 4);
    const std::vector<std::pair<LogLevel, std::string>> expected = {
        {LogLevel::debug, "a1"}, {LogLevel::info, "b2"}, {LogLevel::warning, "c3"}, {LogLevel::error, "d4"}};
    EXPECT_EQ(lines, expected);
}

}  // namespace
}  // namespace hpnas
