#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "hpnas/space/choices.hpp"

namespace hpnas::test {
namespace {

const AttributeRule rule{.key = "mlp", .doc = "", .kind = AttributeRule::Kind::number, .min = 1, .max = 8};

TEST(Choices, AreAValueAListOrARange) {
    EXPECT_EQ(read_choices(choices("3.5"), rule), (std::vector<double>{3.5}));
    EXPECT_EQ(read_choices(choices("[3, 4.5]"), rule), (std::vector<double>{3, 4.5}));
    EXPECT_EQ(read_choices(choices("{from: 2, to: 3, step: 0.5}"), rule), (std::vector<double>{2, 2.5, 3}));
}

TEST(Choices, MistakesNameTheKeyAndTheLine) {
    try {
        read_choices(parse_yaml("\n[3, 9]", "run.yaml"), rule);
        FAIL() << "accepted 9";
    } catch (const ConfigError& error) {
        EXPECT_EQ(std::string(error.what()).find("run.yaml:2: mlp: expected "), 0U) << error.what();
    }
    EXPECT_THROW(read_choices(choices("[]"), rule), ConfigError);
}

}  // namespace
}  // namespace hpnas::test
