#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "hpnas/eval/block_tasks.hpp"
#include "hpnas/eval/table_surrogate.hpp"
#include "hpnas/search/encoding.hpp"
#include "hpnas/space/builtin.hpp"

namespace hpnas {
namespace {

std::unique_ptr<SearchSpace> make(const std::string& yaml) {
    Diagnostics diagnostics;
    auto space = spaces().make(parse_yaml(yaml, "test.yaml"), "space", diagnostics, TaskShape{.classes = 10});
    diagnostics.throw_if_any();
    return space;
}

/// A made-up time (ms) for every block of the space.
LatencyTable made_up_table(const Segmentation& segmentation) {
    LatencyTable table;
    Rng rng(5, Purpose::test);
    for (const BlockKey& block : segmentation.blocks)
        table.set(table_key(block), {.median_ms = 0.01 + rng.uniform(), .count = 1});
    return table;
}

class TableSurrogateOfSpace : public testing::TestWithParam<const char*> {};

// The model walks the decoded network and looks up its blocks; the surrogate never sees a network.
TEST_P(TableSurrogateOfSpace, EqualsTheTableModelAtEveryArchitecture) {
    const auto space = make(GetParam());
    const Segmentation segmentation = *space->segmentation();
    const ChoiceGroups groups(space->decisions());
    for (const bool calibrated : {false, true}) {
        LatencyTable table = made_up_table(segmentation);
        if (calibrated) table.calibration = Calibration{.offset_ms = 0.03, .slope = 1.25, .count = 9, .kind = "linear"};
        const auto surrogate = table_surrogate(segmentation, groups, table);
        ASSERT_TRUE(surrogate.has_value());
        TableModel model(table, {}, {});
        Rng rng(2, Purpose::test);
        std::vector<double> point(groups.total());
        for (int i = 0; i < 20; ++i) {
            const Encoding x = random_encoding(space->decisions(), rng);
            one_hot(groups, x, point);
            const double expected = model.predict(space->decode(x)).count();
            EXPECT_NEAR(surrogate->value(point), expected, 1e-12 * expected);  // rounding of some 25 terms
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Spaces, TableSurrogateOfSpace,
                         testing::Values("{name: five_layer, channels: 4}", "{name: mbconv, profile: cifar}"),
                         [](const auto& test) { return "space" + std::to_string(test.index); });

TEST(TableSurrogate, CoefficientsOfALayerAreItsBlocksTimes) {
    const auto space = make("{name: five_layer, channels: 4}");
    const Segmentation segmentation = *space->segmentation();
    const LatencyTable table = made_up_table(segmentation);
    const auto surrogate = table_surrogate(segmentation, ChoiceGroups(space->decisions()), table);
    const auto first = blocks_of(segmentation, {0, 0, 0, 0, 0}), other = blocks_of(segmentation, {1, 0, 0, 0, 0});
    const auto ms = [&](std::size_t block) { return table.find(table_key(segmentation.blocks[block]))->median_ms; };
    for (std::size_t i = 0; i < first.size(); ++i) {
        if (first[i] == other[i]) continue;
        EXPECT_EQ(surrogate->coefficients_ms()[0], ms(first[i]));
        EXPECT_EQ(surrogate->coefficients_ms()[1], ms(other[i]));
    }
}

TEST(TableSurrogate, ThereIsNoneWhereAChoiceChangesShapes) {
    const auto space = make("{name: smoke}");
    const Segmentation segmentation = *space->segmentation();
    EXPECT_FALSE(
        table_surrogate(segmentation, ChoiceGroups(space->decisions()), made_up_table(segmentation)).has_value());
}

/// One segment of two slots: kernel (2 choices: blocks 0 and 1) and layers (1 or 2 of the same block).
Segmentation two_slots() {
    Segmentation s;
    Segment segment;
    segment.name = "stage";
    segment.configuration = {{0, 1}};
    segment.n_configurations = 2;
    segment.layers_slot = 1;
    segment.layers = {1, 2};
    segment.first = {0, 1};
    segment.repeat = {2, 3};
    segment.next = {0};
    segment.skip = {0};
    s.segments = {segment};
    s.blocks = {{"a", {1}}, {"b", {1}}, {"c", {1}}, {"d", {1}}};
    return s;
}

TEST(TableSurrogate, ChoicesOfOneSegmentMustAddUp) {
    const ChoiceGroups groups(std::vector<std::size_t>{2, 2});
    const Segmentation segmentation = two_slots();
    const std::vector<double> product{1, 2, 1, 2}, sum{1, 2, 4, 4};
    EXPECT_FALSE(additive_surrogate(segmentation, groups, product)) << "kernel times layers";
    const auto surrogate = additive_surrogate(segmentation, groups, sum);
    ASSERT_TRUE(surrogate.has_value());
    // (kernel, layers): 1, 2, 1 + 4, 2 + 4
    EXPECT_DOUBLE_EQ(surrogate->value(std::vector<double>{1, 0, 1, 0}), 1);
    EXPECT_DOUBLE_EQ(surrogate->value(std::vector<double>{0, 1, 1, 0}), 2);
    EXPECT_DOUBLE_EQ(surrogate->value(std::vector<double>{1, 0, 0, 1}), 5);
    EXPECT_DOUBLE_EQ(surrogate->value(std::vector<double>{0, 1, 0, 1}), 6);
}

TEST(TableSurrogate, MissingEntriesAreNamed) {
    const auto space = make("{name: five_layer, channels: 4}");
    const Segmentation segmentation = *space->segmentation();
    try {
        table_surrogate(segmentation, ChoiceGroups(space->decisions()), LatencyTable());
        FAIL() << "an empty table was accepted";
    } catch (const StoreError& error) {
        EXPECT_NE(std::string(error.what()).find(segmentation.blocks[0].key), std::string::npos) << error.what();
    }
    const std::vector<double> one(1);
    EXPECT_THROW(additive_surrogate(segmentation, ChoiceGroups(space->decisions()), one), InternalError);
}

}  // namespace
}  // namespace hpnas
