#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "data/toy_images.hpp"
#include "hpnas/core/error.hpp"
#include "hpnas/data/split.hpp"

namespace hpnas {
namespace {

std::vector<std::int64_t> counts(const ImageSubset& subset) {
    std::vector<std::int64_t> n(static_cast<std::size_t>(subset.images->n_classes()));
    for (std::int64_t i = 0; i < subset.size(); ++i) ++n[static_cast<std::size_t>(subset.label(i))];
    return n;
}

SplitOptions options(std::int64_t validation, std::int64_t train, std::int64_t seed = 0) {
    SplitOptions result;
    result.validation_images = validation;
    result.train_images = train;
    result.seed = seed;
    return result;
}

TEST(StratifiedSplit, PartsAreDisjointAndBalanced) {
    const Split split = stratified_split(test::toy_images(100, 1, 1, 5), options(20, 50));
    EXPECT_EQ(counts(split.validation), (std::vector<std::int64_t>(5, 4)));  // 20 of 100, 5 equal classes
    EXPECT_EQ(counts(split.train), (std::vector<std::int64_t>(5, 10)));
    std::set<std::int64_t> seen(split.train.indices.begin(), split.train.indices.end());
    seen.insert(split.validation.indices.begin(), split.validation.indices.end());
    EXPECT_EQ(seen.size(), 70U);
}

TEST(StratifiedSplit, FractionLeavesTheRestToTrainOn) {
    SplitOptions fraction;
    fraction.validation_fraction = 0.25;
    const Split split = stratified_split(test::toy_images(40, 1, 1, 2), fraction);
    EXPECT_EQ(split.validation.size(), 10);
    EXPECT_EQ(split.train.size(), 30);
    EXPECT_EQ(counts(split.train), (std::vector<std::int64_t>{15, 15}));
}

TEST(StratifiedSplit, UnequalClassesKeepTheirProportion) {
    auto set = std::make_shared<ImageSet>(*test::toy_images(60, 1, 1, 2));
    for (std::size_t i = 0; i < 60; ++i) set->labels[i] = i < 40 ? 0 : 1;
    const Split split = stratified_split(set, options(15, 30));
    EXPECT_EQ(counts(split.validation), (std::vector<std::int64_t>{10, 5}));  // 40 : 20
    EXPECT_EQ(counts(split.train), (std::vector<std::int64_t>{20, 10}));
}

TEST(StratifiedSplit, SeedDecidesAlone) {
    const auto set = test::toy_images(200, 1, 1, 4);
    const Split a = stratified_split(set, options(40, 0, 1)), b = stratified_split(set, options(40, 0, 1));
    const Split c = stratified_split(set, options(40, 0, 2));
    EXPECT_EQ(a.validation.indices, b.validation.indices);
    EXPECT_EQ(a.train.indices, b.train.indices);
    EXPECT_NE(a.validation.indices, c.validation.indices);
    EXPECT_TRUE(std::is_sorted(a.train.indices.begin(), a.train.indices.end()));
}

TEST(StratifiedSplit, ImpossibleCountsAreRefused) {
    const auto set = test::toy_images(10, 1, 1, 2);
    EXPECT_THROW(stratified_split(set, options(10, 0)), DataError);  // nothing left to train on
    EXPECT_THROW(stratified_split(set, options(4, 7)), DataError);
    EXPECT_THROW(stratified_split(set, options(11, 1)), DataError);
    SplitOptions none;
    none.validation_fraction = 0;
    EXPECT_THROW(stratified_split(set, none), DataError);
    EXPECT_THROW(stratified_split(test::toy_images(0, 1, 1, 2), SplitOptions{}), DataError);
}

TEST(StratifiedSubset, GrowsWithItsCount) {
    const ImageSubset all = whole(test::toy_images(100, 1, 1, 10));
    const ImageSubset small = stratified_subset(all, 20, 7), large = stratified_subset(all, 55, 7);
    EXPECT_EQ(counts(small), (std::vector<std::int64_t>(10, 2)));
    EXPECT_TRUE(std::includes(large.indices.begin(), large.indices.end(), small.indices.begin(), small.indices.end()));
    EXPECT_EQ(stratified_subset(all, 100, 7).indices, all.indices);
    EXPECT_THROW(stratified_subset(all, 0, 7), DataError);
    EXPECT_THROW(stratified_subset(all, 101, 7), DataError);
}

}  // namespace
}  // namespace hpnas
