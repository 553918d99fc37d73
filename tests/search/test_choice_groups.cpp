#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "hpnas/search/choice_groups.hpp"

namespace hpnas {
namespace {

const std::vector<std::size_t> sizes{3, 1, 2};

TEST(ChoiceGroups, LaysGroupsOutOneAfterTheOther) {
    const ChoiceGroups groups{std::span<const std::size_t>(sizes)};
    EXPECT_EQ(groups.count(), 3U);
    EXPECT_EQ(groups.total(), 6U);
    EXPECT_EQ(groups.offset(2), 4U);
    const std::vector<double> flat{0, 1, 2, 3, 4, 5};
    const std::span<const double> last = groups.slice(std::span<const double>(flat), 2);
    EXPECT_EQ(std::vector<double>(last.begin(), last.end()), (std::vector<double>{4, 5}));
}

TEST(ChoiceGroups, HaveOneGroupPerDecision) {
    const std::vector<Decision> decisions{{"kernel", {3, 5, 7}}, {"fixed", {1}}, {"width", {16, 32}}};
    EXPECT_EQ(ChoiceGroups{std::span<const Decision>(decisions)}, ChoiceGroups{std::span<const std::size_t>(sizes)});
}

TEST(ChoiceGroups, AreEmptyByDefault) {
    EXPECT_EQ(ChoiceGroups{}.count(), 0U);
    EXPECT_EQ(ChoiceGroups{}.total(), 0U);
}

TEST(ChoiceGroups, RefuseGroupsThatEncodingsCannotName) {
    for (const std::size_t bad : {std::size_t{0}, std::size_t{32768}}) {
        const std::vector<std::size_t> with_bad{2, bad};
        EXPECT_THROW(ChoiceGroups{std::span<const std::size_t>(with_bad)}, InternalError);
    }
}

TEST(ChoiceGroups, ArgmaxTakesTheFirstOfEqualOptions) {
    const ChoiceGroups groups{std::span<const std::size_t>(sizes)};
    EXPECT_EQ(argmax(groups, std::vector<double>{1, 2, 2, -9, 0, 0}), (Encoding{1, 0, 0}));
}

TEST(ChoiceGroups, OneHotIsTheVertexAndArgmaxItsInverse) {
    const ChoiceGroups groups{std::span<const std::size_t>(sizes)};
    std::vector<double> point(6, 7.0);
    one_hot(groups, Encoding{2, 0, 1}, point);
    EXPECT_EQ(point, (std::vector<double>{0, 0, 1, 1, 0, 1}));
    EXPECT_EQ(argmax(groups, point), (Encoding{2, 0, 1}));
    EXPECT_THROW(one_hot(groups, Encoding{3, 0, 1}, point), EncodingError);
    EXPECT_THROW(one_hot(groups, Encoding{0, -1, 1}, point), EncodingError);
}

}  // namespace
}  // namespace hpnas
