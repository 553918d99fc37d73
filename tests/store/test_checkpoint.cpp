#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>

#include "hpnas/core/error.hpp"
#include "hpnas/h5/file.hpp"
#include "hpnas/store/checkpoint.hpp"
#include "store/store_samples.hpp"

namespace hpnas {
namespace {

class CheckpointTest : public ::testing::Test {
protected:
    store_test::TemporaryDirectory directory_;
    std::filesystem::path path_ = directory_.path() / "search.h5";
};

const std::vector<NamedTensor> sample{
    {"logits", std::vector<double>{0.1, std::numeric_limits<double>::quiet_NaN(), -1e300}},
    {"none", std::vector<float>{}},
    {"position", std::vector<std::int64_t>{std::numeric_limits<std::int64_t>::min(), 7}},
    {"weights", std::vector<float>{1.5F, std::numeric_limits<float>::denorm_min()}}};

TEST_F(CheckpointTest, GivesBackEveryBit) {
    save_checkpoint(path_, "run", sample);
    const std::vector<NamedTensor> loaded = load_checkpoint(path_, "run");
    ASSERT_EQ(loaded.size(), sample.size());
    for (std::size_t i = 0; i < sample.size(); ++i) {
        EXPECT_EQ(loaded[i].name, sample[i].name);
        EXPECT_EQ(loaded[i].values.index(), sample[i].values.index()) << sample[i].name;
    }
    const auto& logits = std::get<std::vector<double>>(loaded[0].values);
    EXPECT_EQ(logits[0], 0.1);
    EXPECT_TRUE(std::isnan(logits[1]));
    EXPECT_EQ(loaded[1].values, sample[1].values);
    EXPECT_EQ(loaded[2].values, sample[2].values);
    EXPECT_EQ(loaded[3].values, sample[3].values);
}

TEST_F(CheckpointTest, ReplacesTheOneBefore) {
    save_checkpoint(path_, "run", sample);
    save_checkpoint(path_, "run", std::vector{sample[2]});
    EXPECT_EQ(load_checkpoint(path_, "run").size(), 1U);
}

TEST_F(CheckpointTest, RefusesWhatIsNoCheckpointOfTheRun) {
    EXPECT_THROW(load_checkpoint(path_, "run"), StoreError);
    save_checkpoint(path_, "run", sample);
    EXPECT_THROW(load_checkpoint(path_, "other"), StoreError);
    h5::publish(path_.string(), [](h5::File& file) { file.root().set("run", "run"); });
    EXPECT_THROW(load_checkpoint(path_, "run"), StoreError);
    std::ofstream(path_) << "no HDF5";
    EXPECT_THROW(load_checkpoint(path_, "run"), StoreError);
}

}  // namespace
}  // namespace hpnas
