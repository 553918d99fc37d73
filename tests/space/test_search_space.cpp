#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "hpnas/space/search_space.hpp"

namespace hpnas::test {
namespace {

/// Slot "b" has an effect only where "a" is not 0.
class TwoSlots final : public SearchSpace {
public:
    std::string_view name() const noexcept override { return "two"; }
    std::span<const Decision> decisions() const noexcept override { return decisions_; }

private:
    Network do_decode(const Encoding& x) const override {
        NetworkBuilder builder;
        const NodeId input = builder.input("input", {1 + x[0] * (1 + x[1])});
        return std::move(builder).finish({input});
    }
    Encoding do_canonical(const Encoding& x) const override { return x[0] == 0 ? Encoding{0, 0} : x; }
    Encoding do_parse(std::string_view arch) const override {
        return arch == "(20,2)" ? Encoding{1, 2} : SearchSpace::do_parse(arch);
    }
    std::vector<Decision> decisions_{{"a", {10, 20}, true}, {"b", {0.5, 1.5, 2}, true}};
};

TEST(SearchSpace, EveryPublicFunctionChecksItsEncoding) {
    const TwoSlots space;
    for (const Encoding& bad : {Encoding{}, Encoding{0}, Encoding{0, 0, 0}, Encoding{2, 0}, Encoding{0, -1}}) {
        EXPECT_THROW(space.decode(bad), EncodingError);
        EXPECT_THROW(space.canonical(bad), EncodingError);
        EXPECT_THROW(space.format(bad), EncodingError);
        EXPECT_THROW(space.format_values(bad), EncodingError);
    }
    EXPECT_NO_THROW(space.decode({1, 2}));
}

TEST(SearchSpace, BothNotationsComeWithTheDecisions) {
    const TwoSlots space;
    EXPECT_EQ(space.format({1, 2}), "1,2");
    EXPECT_EQ(space.parse(" 1, 2 "), (Encoding{1, 2}));
    EXPECT_EQ(space.format_values({1, 1}), "v:20,1.5");
    EXPECT_EQ(space.parse("v:20,1.5"), (Encoding{1, 1}));
    EXPECT_EQ(space.format_values({0, 1}), "v:10,-");
    EXPECT_EQ(space.parse("v:10,-"), (Encoding{0, 0}));
    EXPECT_THROW(space.parse("v:20,-"), EncodingError);  // the slot has an effect
    EXPECT_THROW(space.parse("v:"), EncodingError);
    EXPECT_THROW(space.parse("v:20,1.4"), EncodingError);
}

TEST(SearchSpace, ATupleWithoutItsParenthesesIsRecognised) {
    const auto message = [](const std::string& arch) -> std::string {
        try {
            TwoSlots().parse(arch);
        } catch (const EncodingError& error) {
            return error.what();
        }
        return "";
    };
    EXPECT_EQ(message("20,2"),
              "space two: slot 0 (a): expected a choice in [0, 1] (for 10, 20), got 20; "
              "did you mean '(20,2)'?");
    EXPECT_EQ(message("20,3"), "space two: slot 0 (a): expected a choice in [0, 1] (for 10, 20), got 20");
}

TEST(SearchSpace, WithoutCountsOfItsOwnASpaceCountsNothing) {
    EXPECT_TRUE(TwoSlots().counts().empty());
    EXPECT_TRUE(TwoSlots().count({1, 2}).empty());
    EXPECT_THROW(TwoSlots().count({2, 0}), EncodingError);
}

TEST(SearchSpace, UncuttableSpaceHasNoSegmentation) { EXPECT_FALSE(TwoSlots().segmentation()); }

}  // namespace
}  // namespace hpnas::test
