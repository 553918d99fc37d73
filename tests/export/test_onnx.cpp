#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "export/exported.hpp"
#include "hpnas/op/activate.hpp"
#include "hpnas/op/add.hpp"
#include "hpnas/op/batch_norm.hpp"
#include "hpnas/op/conv2d.hpp"
#include "hpnas/op/dropout.hpp"
#include "hpnas/op/embedding.hpp"
#include "hpnas/op/global_average_pool.hpp"
#include "hpnas/op/identity.hpp"
#include "hpnas/op/linear.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;

/// conv - batch norm - relu - add - pool - linear on images [8, 6, 3].
Network residual_network() {
    NetworkBuilder builder;
    const NodeId image = builder.input("image", {8, 6, 3});
    const NodeId stem = builder.add("stem", make_conv2d({.out = 4, .kernel = 3}), image);
    const NodeId conv = builder.add("conv", make_conv2d({.out = 4, .kernel = 3}), stem);
    const NodeId norm = builder.add("norm", make_batch_norm(), conv);
    const NodeId sum = builder.add("sum", make_add({Activation::relu}), {norm, stem});
    const NodeId pool = builder.add("pool", make_global_average_pool(), sum);
    const NodeId drop = builder.add("drop", make_dropout({.rate = 0.5}), pool);
    return std::move(builder).finish({builder.add("fc", make_linear({.out = 5}), drop)});
}

onnx::ModelProto residual_model(const OnnxOptions& options) {
    const Network network = residual_network();
    Parameters parameters(network);
    parameters.initialize(1);
    return exported(network, parameters, options);
}

using Types = std::vector<std::string>;

TEST(Onnx, ImagesStayChannelsFirstFromInputToOutput) {
    const onnx::ModelProto model = residual_model({});
    EXPECT_EQ(node_types(model), (Types{"Conv", "Conv", "Add", "Relu", "GlobalAveragePool", "Flatten", "Gemm"}));
    ASSERT_EQ(model.graph().input_size(), 1);
    EXPECT_EQ(model.graph().input(0).name(), "image");
    EXPECT_EQ(sizes(model.graph().input(0)), (Types{"batch", "3", "8", "6"}));
    EXPECT_EQ(model.graph().output(0).name(), "output");
    EXPECT_EQ(sizes(model.graph().output(0)), (Types{"batch", "5"}));
}

TEST(Onnx, BatchNormIsAnOperatorUnlessFolded) {
    const onnx::ModelProto model = residual_model({.fold = false});
    EXPECT_EQ(node_types(model),
              (Types{"Conv", "Conv", "BatchNormalization", "Add", "Relu", "GlobalAveragePool", "Flatten", "Gemm"}));
    EXPECT_EQ(initialiser(model, "norm.running_var"), (std::vector<float>{1, 1, 1, 1}));
}

TEST(Onnx, ChannelsLastInputIsTransposedOnce) {
    const onnx::ModelProto model = residual_model({.batch = 2, .layout = ImageLayout::nhwc});
    EXPECT_EQ(sizes(model.graph().input(0)), (Types{"2", "8", "6", "3"}));
    const Types types = node_types(model);
    EXPECT_EQ(std::count(types.begin(), types.end(), "Transpose"), 1);
    EXPECT_EQ(types[0], "Transpose");
}

TEST(Onnx, MetadataAndVersionsAreWritten) {
    const onnx::ModelProto model =
        residual_model({.name = "net", .producer_version = "0.1", .metadata = {{"b", "2"}, {"a", "1"}}});
    EXPECT_EQ(model.producer_name(), "hpnas");
    EXPECT_EQ(model.producer_version(), "0.1");
    EXPECT_EQ(model.graph().name(), "net");
    ASSERT_EQ(model.opset_import_size(), 1);
    EXPECT_EQ(model.opset_import(0).version(), 17);
    ASSERT_EQ(model.metadata_props_size(), 2);
    EXPECT_EQ(model.metadata_props(0).key(), "b");
    EXPECT_EQ(model.metadata_props(1).value(), "1");
}

TEST(Onnx, TokenIdsAreIntegersAndOtherInputsAreNot) {
    const auto type = [](const onnx::ModelProto& model) {
        return model.graph().input(0).type().tensor_type().elem_type();
    };
    EXPECT_EQ(type(exported(make_embedding({.vocabulary = 5, .out = 2}), {{7}})), onnx::TensorProto::INT64);
    EXPECT_EQ(type(exported(make_relu(), {{7}})), onnx::TensorProto::FLOAT);
}

TEST(Onnx, AnOutputThatIsAnInputIsCopied) {
    EXPECT_EQ(node_types(exported(make_identity(), {{3}})), Types{"Identity"});
}

TEST(Onnx, ParametersOfAnotherNetworkAreRefused) {
    const Network other = single(make_linear({.out = 2}), {{3}});
    NetworkBuilder builder;
    const NodeId x = builder.input("x", {3});
    const Network network = std::move(builder).finish({builder.add("fc", make_linear({.out = 2}), x)});
    EXPECT_THROW(to_onnx(network, Parameters(other), {.fold = false}), InternalError);
}

TEST(Onnx, FilesHoldWhatToOnnxGives) {
    const Network network = residual_network();
    Parameters parameters(network);
    parameters.initialize(1);
    const std::string path = ::testing::TempDir() + "hpnas_test.onnx";
    save_onnx(path, network, parameters);
    std::ifstream file(path, std::ios::binary);
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), to_onnx(network, parameters));
    std::filesystem::remove(path);
    EXPECT_THROW(save_onnx("/no_such_folder/x.onnx", network, parameters), StoreError);
}

}  // namespace
}  // namespace hpnas
