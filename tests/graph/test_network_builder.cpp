#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "hpnas/graph/network.hpp"
#include "hpnas/op/activate.hpp"
#include "hpnas/op/conv2d.hpp"

namespace hpnas {
namespace {

TEST(NetworkBuilder, NamesCarryTheOpenScopes) {
    NetworkBuilder builder;
    const NodeId image = builder.input("image", {8, 8, 3});
    builder.push_scope("stages.2");
    builder.push_scope("blocks.0");
    builder.begin_block("k=3");
    const NodeId conv = builder.add("conv", make_conv2d({.out = 4, .kernel = 3, .stride = 2}), image);
    builder.end_block();
    builder.pop_scope();
    builder.pop_scope();
    EXPECT_EQ(builder.shape(conv), (Shape{4, 4, 4}));
    const Network network = std::move(builder).finish({builder.add("act", make_relu(), conv)});
    EXPECT_EQ(network.node(1).name, "stages.2.blocks.0.conv");
    EXPECT_EQ(network.node(2).name, "act");
    EXPECT_EQ(network.blocks()[0].name, "stages.2.blocks.0");
    EXPECT_EQ(network.blocks()[0].first, 1);
    EXPECT_EQ(network.blocks()[0].last, 1);
}

TEST(NetworkBuilder, AShapeErrorNamesTheNode) {
    NetworkBuilder builder;
    const NodeId image = builder.input("image", {8, 8, 3});
    builder.push_scope("stage");
    try {
        builder.add("conv", make_conv2d({.out = 4, .groups = 2}), image);
        FAIL() << "3 channels in 2 groups";
    } catch (const ShapeError& error) {
        EXPECT_STREQ(error.what(),
                     "stage.conv: conv2d: src[0] has 3 channels, groups = 2 does not divide it (src [8, 8, 3])");
    }
}

TEST(NetworkBuilder, MistakesOfTheProgramAreInternalErrors) {
    NetworkBuilder builder;
    const NodeId x = builder.input("x", {4});
    builder.add("f", make_relu(), x);
    EXPECT_THROW(builder.add("f", make_relu(), x), InternalError);
    EXPECT_THROW(builder.add("g", make_relu(), 17), InternalError);
    EXPECT_THROW(builder.add("g", nullptr, x), InternalError);
    EXPECT_THROW(builder.pop_scope(), InternalError);
    EXPECT_THROW(builder.end_block(), InternalError);
    EXPECT_THROW(builder.begin_block("nameless"), InternalError);
    builder.push_scope("s");
    builder.begin_block("b");
    EXPECT_THROW(builder.begin_block("c"), InternalError);
    EXPECT_THROW(builder.end_block(), InternalError);             // empty
    EXPECT_THROW(std::move(builder).finish({x}), InternalError);  // block still open
}

TEST(NetworkBuilder, ANetworkNeedsAnOutput) {
    NetworkBuilder builder;
    builder.input("x", {4});
    EXPECT_THROW(std::move(builder).finish({}), InternalError);
    EXPECT_THROW(std::move(builder).finish({5}), InternalError);
}

}  // namespace
}  // namespace hpnas
