#include <gtest/gtest.h>

#include <filesystem>

#include "hpnas/core/error.hpp"
#include "hpnas/latency/surrogate_model.hpp"
#include "latency/networks.hpp"
#include "latency/surrogate_record.hpp"

namespace hpnas {
namespace {

class SurrogateModelTest : public testing::Test {
protected:
    void SetUp() override { save(); }
    void TearDown() override { std::filesystem::remove(options_.path); }
    void save() { save_surrogates(record_, options_.path); }
    std::string message(const LatencyContext& context) const {
        try {
            const LinearModel model(options_, context);
            return "";
        } catch (const StoreError& error) {
            return error.what();
        }
    }

    SurrogateRecord record_ = test::chain_record();
    SurrogateModelOptions options_{.path = testing::TempDir() + "hpnas_model_" +
                                           testing::UnitTest::GetInstance()->current_test_info()->name() + ".h5"};
    Network network_ = test::chain({8});
};

TEST_F(SurrogateModelTest, PredictsWhatTheSurrogateSaysOfTheEncoding) {
    const Encoding x{1, 0, 2};
    std::vector<double> features(9);
    one_hot(record_.groups(), x, features);
    LinearModel linear(options_, {});
    MlpModel mlp(options_, {});
    EXPECT_EQ(linear.predict(network_, x).count(), record_.linear->value(features));
    EXPECT_EQ(mlp.predict(network_, x).count(), record_.mlp->value(features));
    EXPECT_EQ(linear.name(), "linear");
    EXPECT_EQ(mlp.name(), "mlp");
    EXPECT_EQ(&mlp.surrogate(), &*mlp.record().mlp);
}

TEST_F(SurrogateModelTest, NeedsTheEncoding) {
    LinearModel model(options_, {});
    EXPECT_THROW(model.predict(network_), ConfigError);
    EXPECT_THROW(model.predict(network_, Encoding{0, 0, 3}), EncodingError);
    EXPECT_THROW(model.predict(network_, Encoding{0, 0}), EncodingError);
}

TEST_F(SurrogateModelTest, PredictsNoLessThanHalfOfTheShortestTime) {
    record_.linear = LinearSurrogate(-5, std::vector<double>(9, 0.0));
    save();
    // 0.1 / 3 + 3 * 0.008
    EXPECT_DOUBLE_EQ(LinearModel(options_, {}).predict(network_, Encoding{0, 0, 0}).count(), 0.5 * (0.1 / 3 + 0.024));
}

TEST_F(SurrogateModelTest, RefusesWhatIsMissingOrNotFitted) {
    record_.linear.reset();
    save();
    EXPECT_NE(message({}).find("linear"), std::string::npos);
    EXPECT_NO_THROW(MlpModel(options_, {}));
    std::filesystem::remove(options_.path);
    EXPECT_NE(message({}).find("hpnas latency surrogate"), std::string::npos);
}

TEST_F(SurrogateModelTest, RefusesAnotherSpaceAlways) {
    EXPECT_EQ(message({.space = "chain"}), "");
    options_.force = true;
    EXPECT_NE(message({.space = "ring"}).find("expected ring, got chain"), std::string::npos);
}

TEST_F(SurrogateModelTest, RefusesOtherConditionsUnlessForced) {
    options_.batch = 2;
    EXPECT_NE(message({}).find("batch"), std::string::npos);
    options_.force = true;
    EXPECT_EQ(message({}), "");
}

}  // namespace
}  // namespace hpnas
