#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "hpnas/space/asr_front_end.hpp"

namespace hpnas::test {
namespace {

Network front_end(const Shape& input, double dropout = 0.1) {
    NetworkBuilder builder;
    const NodeId frames = builder.input("frames", input);
    const NodeId output = append_front_end(builder, frames, dropout);
    return std::move(builder).finish({output});
}

TEST(AsrFrontEnd, SizesAreHalvedTwiceRoundingUp) {
    for (const std::int64_t frames : {5, 6, 7, 8, 9, 100, 1601}) {
        const Network network = front_end({frames, 80, 1});
        EXPECT_EQ(network.node(network.outputs()[0]).shape, (Shape{front_end_size(frames), 20 * 64})) << frames;
    }
    EXPECT_EQ(front_end_size(1600), 400);
    EXPECT_EQ(front_end_size(1601), 401);
    EXPECT_THROW(front_end({4, 80, 1}), ShapeError);
}

TEST(AsrFrontEnd, ParametersAreTheClosedForm) {
    // Convolutions with bias, norms over (frequency, 64 channels): 40 and 20 frequencies remain of 80.
    const std::int64_t block0 = 25 * 64 + 64 + 2 * 40 * 64, block1 = 25 * 64 * 64 + 64 + 2 * 20 * 64,
                       block2 = 2 * (64 * 64 + 64 + 2 * 20 * 64);
    EXPECT_EQ(front_end({400, 80, 1}).cost().parameters, block0 + block1 + block2);
}

TEST(AsrFrontEnd, EveryPartIsABlock) {
    const Network network = front_end({40, 80, 1});
    ASSERT_EQ(network.blocks().size(), 3U);
    EXPECT_EQ(network.blocks()[2].name, "block2");
    EXPECT_EQ(network.input_shape(network.blocks()[1]), (Shape{20, 40, 64}));
    EXPECT_EQ(network.blocks()[0].key, network.blocks()[1].key);
    EXPECT_EQ(front_end({40, 80, 1}, 0).blocks()[2].key, network.blocks()[2].key);
}

}  // namespace
}  // namespace hpnas::test
