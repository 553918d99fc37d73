#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "hpnas/search/relaxed_objective.hpp"

namespace hpnas {
namespace {

/// Two groups of two options, three examples; counts what reaches the hooks.
class Counting final : public RelaxedObjective {
public:
    const ChoiceGroups& groups() const noexcept override { return groups_; }
    std::size_t examples() const noexcept override { return 3; }
    std::size_t calls = 0;

private:
    void do_value(std::span<const std::int16_t>, std::span<double>) override { ++calls; }
    void do_value_and_grad(std::span<const double>, std::span<double>, std::span<double>) override { ++calls; }
    ChoiceGroups groups_{std::span<const std::size_t>(std::vector<std::size_t>{2, 2})};
};

TEST(RelaxedObjective, TakesOneArchitectureOrOnePerExample) {
    Counting objective;
    for (const std::size_t rows : {std::size_t{1}, std::size_t{3}}) {
        std::vector<std::int16_t> choices(rows * 2);
        std::vector<double> points(rows * 4), losses(rows), gradients(rows * 4);
        objective.value(choices, losses);
        objective.value_and_grad(points, losses, gradients);
    }
    EXPECT_EQ(objective.calls, 4U);
}

TEST(RelaxedObjective, RefusesSizesThatDoNotFit) {
    Counting objective;
    std::vector<double> one(1), two(2), four(4), eight(8);
    EXPECT_THROW(objective.value(std::vector<std::int16_t>(4), two), InternalError);  // two rows of three examples
    EXPECT_THROW(objective.value(std::vector<std::int16_t>(3), one), InternalError);
    EXPECT_THROW(objective.value_and_grad(four, one, eight), InternalError);
    EXPECT_THROW(objective.value_and_grad(eight, one, four), InternalError);
    EXPECT_EQ(objective.calls, 0U);
}

}  // namespace
}  // namespace hpnas
