#include <gtest/gtest.h>

#include "hpnas/op/embedding.hpp"
#include "op/by_hand.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;
using Doubles = std::vector<double>;

TEST(Embedding, ReadsScaledRowsAndAddsUpTheirGradients) {
    const ReferenceArgs r = by_hand(make_embedding({.vocabulary = 3, .out = 2, .scale = 10}), {{3}}, {{2, 0, 2}},
                                    {{1, 2, 3, 4, 5, 6}}, {1, 2, 3, 4, 5, 6});
    EXPECT_EQ(r.dst, (Doubles{50, 60, 10, 20, 50, 60}));
    EXPECT_EQ(r.diff_parameters[0], (Doubles{30, 40, 0, 0, 60, 80}));
    EXPECT_EQ(r.diff_src[0], (Doubles{0, 0, 0}));
}

TEST(Embedding, IdsOutsideMeanTheNearestRow) {
    const ReferenceArgs r = by_hand(make_embedding({.vocabulary = 3, .out = 1}), {{3}}, {{-4, 3, 1e9}}, {{1, 2, 3}});
    EXPECT_EQ(r.dst, (Doubles{1, 3, 3}));
}

TEST(Embedding, TheTableStartsNormal) {
    const auto specs = make_embedding({.vocabulary = 7, .out = 5, .deviation = 0.5})->parameters({});
    ASSERT_EQ(specs.size(), 1U);
    EXPECT_EQ(specs[0].shape, (Shape{7, 5}));
    EXPECT_EQ(specs[0].initializer.kind, Initializer::Kind::normal);
    EXPECT_EQ(specs[0].initializer.b, 0.5);
}

TEST(Embedding, BadShapesAndAttributesAreNamed) {
    EXPECT_EQ(shape_error([] {
                  output_of(make_embedding({}), {{4, 4}});
              }),
              "embedding: src[0]: expected token ids [L], got [4, 4]");
    EXPECT_EQ(shape_error([] { make_embedding({.vocabulary = 0}); }),
              "embedding: vocabulary: expected a value in [1, 16777216], got 0");
}

}  // namespace
}  // namespace hpnas
