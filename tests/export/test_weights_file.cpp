#include <gtest/gtest.h>

#include <filesystem>

#include "hpnas/core/error.hpp"
#include "hpnas/export/weights_file.hpp"
#include "hpnas/h5/file.hpp"
#include "hpnas/op/batch_norm.hpp"
#include "hpnas/op/conv2d.hpp"
#include "hpnas/op/global_average_pool.hpp"
#include "hpnas/op/linear.hpp"
#include "hpnas/op/squeeze_excite.hpp"

namespace hpnas {
namespace {

Network network_of(std::int64_t classes, std::int64_t width = 4) {
    NetworkBuilder builder;
    NodeId x = builder.input("image", {6, 6, 3});
    builder.push_scope("stages.0");
    x = builder.add("conv", make_conv2d({.out = width, .kernel = 3, .bias = true}), x);
    x = builder.add("norm", make_batch_norm(), x);
    x = builder.add("se", make_squeeze_excite({.reduced = 2}), x);
    builder.pop_scope();
    x = builder.add("pool", make_global_average_pool(), x);
    return std::move(builder).finish({builder.add("fc", make_linear({.out = classes}), x)});
}

class WeightsFile : public testing::Test {
protected:
    void SetUp() override { parameters_.initialize(3); }
    void TearDown() override { std::filesystem::remove(path_); }
    void save(const NetworkFacts& facts = {}) { save_weights(path_, network_, parameters_, facts); }
    /// What reading them into a network says; empty if all is well.
    std::string message(const Network& network) {
        Parameters parameters(network);
        try {
            load_weights(path_, network, parameters);
        } catch (const StoreError& error) {
            EXPECT_EQ(error.exit_code(), ExitCode::data);
            return error.what();
        }
        return {};
    }

    std::string path_ = testing::TempDir() + "hpnas_weights.h5";
    Network network_ = network_of(5);
    Parameters parameters_{network_};
};

TEST_F(WeightsFile, EveryValueReturns) {
    save();
    Parameters read(network_);
    load_weights(path_, network_, read);
    EXPECT_TRUE(std::equal(read.all().begin(), read.all().end(), parameters_.all().begin(), parameters_.all().end()));
}

TEST_F(WeightsFile, TensorsHaveTheNamesOfTheirLayersAndSayWhatTheyAre) {
    save();
    const h5::Group weights = h5::File::open(path_).root().group("weights");
    const h5::Dataset conv = weights.dataset("stages.0.conv/weight");
    EXPECT_EQ(conv.sizes(), (std::vector<std::uint64_t>{4, 3, 3, 3}));
    EXPECT_EQ(conv.text("role"), "weight");
    EXPECT_EQ(conv.text("layout"), "out height width in");
    EXPECT_EQ(weights.dataset("stages.0.norm/running_var").text("role"), "running_variance");
    EXPECT_EQ(weights.dataset("stages.0.se/reduce.weight").sizes(), (std::vector<std::uint64_t>{2, 4}));
}

TEST_F(WeightsFile, FactsReturn) {
    save({{"space", "{name: x}"}, {"val_top1", "93.5"}, {"arch", "v:1,2"}});
    const NetworkFacts facts = read_network_facts(path_);
    EXPECT_EQ(facts.size(), 3U);
    EXPECT_EQ(fact(facts, "space"), "{name: x}");
    EXPECT_EQ(fact(facts, "val_top1"), "93.5");
    EXPECT_EQ(fact(facts, "no such fact"), "");
}

TEST_F(WeightsFile, EveryTensorThatDoesNotFitIsNamedAndNothingIsChanged) {
    save();
    EXPECT_NE(message(network_of(7)).find("fc/weight: expected [7, 4], got [5, 4]"), std::string::npos);
    const std::string wider = message(network_of(5, 8));
    EXPECT_NE(wider.find("stages.0.conv/weight: expected [8, 3, 3, 3], got [4, 3, 3, 3]"), std::string::npos);
    EXPECT_NE(wider.find("stages.0.norm/weight"), std::string::npos);
    const Network other = network_of(7);
    Parameters parameters(other);
    EXPECT_THROW(load_weights(path_, other, parameters), StoreError);
    for (const float x : parameters.all()) EXPECT_EQ(x, 0);
}

TEST_F(WeightsFile, MissingAndForeignTensorsAreNamed) {
    NetworkBuilder builder;
    const NodeId x = builder.input("x", {4});
    const Network other = std::move(builder).finish({builder.add("head", make_linear({.out = 2}), x)});
    save();
    const std::string text = message(other);
    EXPECT_NE(text.find("head/weight: missing, expected [2, 4]"), std::string::npos);
    EXPECT_NE(text.find("fc/weight: the network has no such tensor"), std::string::npos);
}

/// A file as someone writes it with h5py: no attributes, doubles, the layers at the root.
TEST_F(WeightsFile, PlainFilesAndPyTorchsConvolutionsAreRead) {
    NetworkBuilder builder;
    const NodeId x = builder.input("x", {4, 4, 2});
    const Network network =
        std::move(builder).finish({builder.add("conv", make_conv2d({.out = 1, .kernel = 2, .padding = 0}), x)});
    Parameters parameters(network);
    const auto write = [&](const char* layout) {
        h5::publish(path_, [&](h5::File& file) {
            h5::Group root = file.root();
            h5::Group conv = root.create_group("conv");
            const std::vector<double> values{0, 1, 2, 3, 4, 5, 6, 7};
            const std::vector<std::uint64_t> sizes{1, 2, 2, 2};
            conv.write<double>("weight", values, sizes).set("layout", layout);
        });
    };
    write("out height width in");
    load_weights(path_, network, parameters);
    EXPECT_EQ(parameters.all()[1], 1);
    write("out in height width");
    load_weights(path_, network, parameters);
    EXPECT_EQ(parameters.all()[1], 4);
    write("in out height width");
    EXPECT_NE(message(network).find("layout: expected"), std::string::npos);
}

TEST_F(WeightsFile, ValuesThatAreNotFiniteAreRefused) {
    parameters_.all()[0] = std::numeric_limits<float>::quiet_NaN();
    save();
    EXPECT_NE(message(network_).find("not finite"), std::string::npos);
}

TEST_F(WeightsFile, NegativeVariancesAreRefused) {
    for (const Parameters::Entry& entry : parameters_.entries())
        if (entry.spec.role == ParameterRole::running_variance) parameters_.values(entry)[0] = -1e-6F;
    save();
    EXPECT_NE(message(network_).find("running_var: holds negative variances"), std::string::npos);
}

TEST_F(WeightsFile, OtherFilesAreRefused) {
    Parameters parameters(network_);
    EXPECT_THROW(load_weights("/no/such/file.h5", network_, parameters), StoreError);
    h5::publish(path_, [](h5::File& file) { file.root().set("schema_name", "hpnas-results"); });
    EXPECT_THROW(load_weights(path_, network_, parameters), StoreError);
}

}  // namespace
}  // namespace hpnas
