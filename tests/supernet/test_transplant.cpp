#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "hpnas/op/activate.hpp"
#include "hpnas/op/add.hpp"
#include "hpnas/supernet/transplant.hpp"

namespace hpnas {
namespace {

TEST(Transplant, CopiesNodesWithTheirInputsReplaced) {
    NetworkBuilder old;
    const NodeId x = old.input("x", {4}), a = old.add("part.a", make_relu(), x),
                 b = old.add("part.b", make_add(), {a, x});
    const Network from = std::move(old).finish({b});
    NetworkBuilder builder;
    const NodeId y = builder.input("y", {4}), z = builder.add("z", make_swish(), y);
    Transplant transplant(from, builder);
    EXPECT_THROW(transplant.at(a), InternalError);
    EXPECT_EQ(transplant.copy_all("nothing."), -1);
    transplant.replace(x, z);
    const NodeId end = transplant.copy_all("part.");
    const NodeId again = transplant.copy(b, "again");
    const Network to = std::move(builder).finish({again});
    EXPECT_EQ(to.node(end).name, "part.b");
    EXPECT_EQ(to.node(again).inputs, (std::vector<NodeId>{node_named(to, "part.a"), z}));
    EXPECT_EQ(to.node(end).op, from.node(b).op);
    EXPECT_THROW(node_named(to, "x"), InternalError);
}

}  // namespace
}  // namespace hpnas
