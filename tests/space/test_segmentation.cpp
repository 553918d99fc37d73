#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "hpnas/space/segmentation.hpp"

namespace hpnas::test {
namespace {

/// Two segments by hand. Slot 0: configuration of the first (2), slot 1: layers of the first (0, 2). The second has one
/// block.
Segmentation two_segments() {
    Segmentation s;
    Segment a;
    a.configuration = a.output = {{0, 1}};
    a.n_configurations = a.n_outputs = 2;
    a.layers_slot = 1;
    a.layers = {0, 2};
    a.first = {0, 1};
    a.repeat = {2, 3};
    a.next = {0, 1};
    a.skip = {2};
    Segment b;
    b.n_states = 3;
    b.first = {4, 5, 6};
    b.repeat = {-1, -1, -1};
    b.next = {0, 0, 0};
    b.skip = {-1, -1, -1};
    s.segments = {a, b};
    s.blocks.resize(7);
    return s;
}

TEST(Segmentation, PathFollowsStatesAndLayers) {
    const Segmentation s = two_segments();
    EXPECT_EQ(blocks_of(s, {0, 1}), (std::vector<std::size_t>{0, 2, 4}));
    EXPECT_EQ(blocks_of(s, {1, 1}), (std::vector<std::size_t>{1, 3, 5}));
    EXPECT_EQ(blocks_of(s, {1, 0}), std::vector<std::size_t>{6});
}

TEST(Segmentation, PathThroughAMissingBlockIsAnInternalError) {
    Segmentation s = two_segments();
    s.segments[0].repeat[0] = -1;
    EXPECT_THROW(blocks_of(s, {0, 1}), InternalError);
}

}  // namespace
}  // namespace hpnas::test
