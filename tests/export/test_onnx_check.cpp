#include <gtest/gtest.h>

#include "export/exported.hpp"
#include "export/onnx_check.hpp"
#include "hpnas/core/error.hpp"
#include "hpnas/op/activate.hpp"

namespace hpnas {
namespace {

TEST(OnnxCheck, AcceptsWhatIsValid) { EXPECT_NO_THROW(check_onnx(testing::exported(make_relu(), {{3}}))); }

TEST(OnnxCheck, RefusesUnknownOperatorsAndValues) {
    onnx::ModelProto model = testing::exported(make_relu(), {{3}});
    model.mutable_graph()->mutable_node(0)->set_op_type("NoSuchOperator");
    EXPECT_THROW(check_onnx(model), InternalError);
    model = testing::exported(make_relu(), {{3}});
    model.mutable_graph()->mutable_node(0)->set_input(0, "no_such_value");
    EXPECT_THROW(check_onnx(model), InternalError);
}

TEST(OnnxCheck, RefusesAnOutputOfAnotherShape) {
    onnx::ModelProto model = testing::exported(make_relu(), {{3}});
    model.mutable_graph()
        ->mutable_output(0)
        ->mutable_type()
        ->mutable_tensor_type()
        ->mutable_shape()
        ->mutable_dim(1)
        ->set_dim_value(4);
    EXPECT_THROW(check_onnx(model), InternalError);
}

}  // namespace
}  // namespace hpnas
