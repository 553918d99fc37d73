#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "data/messages.hpp"
#include "hpnas/data/dataset.hpp"

namespace hpnas {
namespace {

const std::string sample = std::string(HPNAS_SOURCE_DIR) + "/configs/data/cifar10_sample";

std::unique_ptr<Dataset> make(const std::string& yaml, Diagnostics& diagnostics) {
    return datasets().make(parse_yaml(yaml, "test"), "data", diagnostics);
}

ImageTask load(const std::string& yaml) {
    Diagnostics diagnostics;
    const std::unique_ptr<Dataset> dataset = make(yaml, diagnostics);
    diagnostics.throw_if_any();
    return std::get<ImageTask>(dataset->load());
}

// Of the shipped sample, computed apart with NumPy from the two files: mean and population deviation of the red, green
// and blue bytes over all 2,000 training images.
TEST(CifarDataset, ShippedSampleIsWhatItsReadmeSays) {
    const ImageTask task = load("{name: cifar10, path: " + sample + ", validation_images: 500}");
    EXPECT_EQ(task.train.size(), 1500);
    EXPECT_EQ(task.validation.size(), 500);
    EXPECT_EQ(task.test.size(), 500);
    EXPECT_EQ(task.n_classes(), 10);
    std::vector<int> train(10, 0), test(10, 0);
    for (std::int64_t i = 0; i < task.train.size(); ++i) ++train[static_cast<std::size_t>(task.train.label(i))];
    for (std::int64_t i = 0; i < task.test.size(); ++i) ++test[static_cast<std::size_t>(task.test.label(i))];
    EXPECT_EQ(train, std::vector<int>(10, 150));
    EXPECT_EQ(test, std::vector<int>(10, 50));
    const Normalization all = measure_normalization(whole(task.train.images));
    const double mean[] = {125.086754, 122.881392, 114.020391}, deviation[] = {62.371956, 61.762341, 66.315949};
    for (std::size_t c = 0; c < 3; ++c) {
        EXPECT_NEAR(static_cast<double>(all.mean[c]), mean[c], 1e-4);  // float32 of about 100: half an ulp is 4e-6
        EXPECT_NEAR(static_cast<double>(all.deviation[c]), deviation[c], 1e-4);
    }
}

TEST(CifarDataset, ClassesThatTrainingLacksAreNoted) {
    const test::Folder folder;
    std::ifstream in(sample + "/data_batch_1.bin", std::ios::binary);
    std::string kept;
    for (std::string record(3073, '\0'); in.read(record.data(), 3073);)
        if (record[0] != 3) kept += record;
    test::write_file(folder / "data_batch_1.bin", kept);
    std::filesystem::copy(sample + "/test_batch.bin", folder / "test_batch.bin");
    EXPECT_EQ(load("{name: cifar10, path: " + (folder / "") + ", validation_images: 100}").notes,
              std::vector<std::string>{"the class 'cat' is never seen in training"});
    EXPECT_TRUE(load("{name: cifar10, path: " + sample + ", validation_images: 100}").notes.empty());
}

TEST(CifarDataset, MistakesAreReportedWithTheirPlace) {
    Diagnostics diagnostics;
    EXPECT_EQ(make("{name: cifar10, path: x, validation_fraction: 2, batch: 3}", diagnostics), nullptr);
    EXPECT_EQ(diagnostics.lines().size(), 2U);
    Diagnostics no_path;
    EXPECT_EQ(make("{name: cifar10}", no_path), nullptr);
    EXPECT_EQ(no_path.lines().size(), 1U);
    Diagnostics unknown;
    EXPECT_EQ(make("{name: imagenet}", unknown), nullptr);
    EXPECT_EQ(unknown.lines().size(), 1U);
}

TEST(CifarDataset, FullDataSetLoads) {
    const char* folder = std::getenv("HPNAS_DATA_DIR");
    if (folder == nullptr) GTEST_SKIP() << "set HPNAS_DATA_DIR to a folder with cifar10/data_batch_*.bin to run this";
    const ImageTask task = load("{name: cifar10, path: " + std::string(folder) + "/cifar10, validation_images: 2000}");
    EXPECT_EQ(task.validation.size(), 2000);
    EXPECT_EQ((task.train.size() + 2000) % 10000, 0);  // whole batches of 10,000
    EXPECT_EQ(task.test.size(), 10000);
    // The published means of CIFAR-10 are 125.3, 123.0, 113.9 and deviations 63.0, 62.1, 66.7; a part of the data,
    // decoded from JPEG, comes within 1 of them.
    const double mean[] = {125.3, 123.0, 113.9}, deviation[] = {63.0, 62.1, 66.7};
    for (std::size_t c = 0; c < 3; ++c) {
        EXPECT_NEAR(static_cast<double>(task.normalization.mean[c]), mean[c], 1.0);
        EXPECT_NEAR(static_cast<double>(task.normalization.deviation[c]), deviation[c], 1.0);
    }
}

}  // namespace
}  // namespace hpnas
