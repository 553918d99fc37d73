#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include "hpnas/core/error.hpp"
#include "hpnas/data/cifar.hpp"

namespace hpnas {
namespace {

namespace fs = std::filesystem;

class Cifar : public ::testing::Test {
protected:
    void SetUp() override {
        folder_ = fs::temp_directory_path() /
                  ("hpnas_cifar_" + std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()) +
                   std::to_string(::getpid()));
        fs::create_directories(folder_);
    }
    void TearDown() override { fs::remove_all(folder_); }

    /// A record whose red, green and blue planes are (p + 0, p + 1, p + 2) mod 256 at position p.
    static std::string record(const std::string& labels) {
        std::string bytes = labels;
        for (int c = 0; c < 3; ++c)
            for (int p = 0; p < 1024; ++p) bytes += static_cast<char>((p + c) % 256);
        return bytes;
    }
    void write(const std::string& name, const std::string& bytes) const {
        std::ofstream(folder_ / name, std::ios::binary) << bytes;
    }
    static std::string message(ExitCode code, const std::function<void()>& call) {
        try {
            call();
        } catch (const DataError& error) {
            EXPECT_EQ(error.exit_code(), code);
            return error.what();
        }
        return "nothing thrown";
    }
    std::string message(ExitCode code, CifarKind kind = CifarKind::cifar10) const {
        return message(code, [&] { load_cifar_train(folder_.string(), kind); });
    }

    fs::path folder_;
};

TEST_F(Cifar, PlanesBecomeInterleavedPixels) {
    write("data_batch_1.bin", record(std::string(1, '\7')));
    const ImageSet set = load_cifar_train(folder_.string());
    EXPECT_EQ(set.shape, (Shape{32, 32, 3}));
    ASSERT_EQ(set.size(), 1);
    EXPECT_EQ(set.labels[0], 7);
    EXPECT_EQ(set.classes[7], "horse");
    ASSERT_EQ(set.pixels.size(), 3072U);
    for (std::size_t p = 0; p < 1024; ++p)
        for (std::size_t c = 0; c < 3; ++c) ASSERT_EQ(set.pixels[3 * p + c], (p + c) % 256);
}

TEST_F(Cifar, BatchesAreReadInNumericalOrderWithGaps) {
    write("data_batch_10.bin", record(std::string(1, '\3')));
    write("data_batch_2.bin", record(std::string(1, '\1')) + record(std::string(1, '\2')));
    write("data_batch_x.bin", "not a batch");
    write("readme.html", "not a batch");
    EXPECT_EQ(load_cifar_train(folder_.string()).labels, (std::vector<std::int64_t>{1, 2, 3}));
}

TEST_F(Cifar, TestImagesAreReadFromTheirOwnFile) {
    EXPECT_EQ(load_cifar_test(folder_.string()).size(), 0);
    write("test_batch.bin", record(std::string(1, '\5')));
    EXPECT_EQ(load_cifar_test(folder_.string()).labels, (std::vector<std::int64_t>{5}));
}

TEST_F(Cifar, Cifar100UsesTheFineLabel) {
    write("train.bin", record(std::string("\4") + "\x62"));
    const ImageSet set = load_cifar_train(folder_.string(), CifarKind::cifar100);
    EXPECT_EQ(set.labels, (std::vector<std::int64_t>{98}));
    EXPECT_EQ(set.n_classes(), 100);
    EXPECT_EQ(set.pixels[0], 0);  // pixels begin after both labels
    EXPECT_EQ(set.pixels[1], 1);
}

TEST_F(Cifar, TruncatedFileNamesFileAndRecord) {
    write("data_batch_1.bin", record(std::string(1, '\1')) + record(std::string(1, '\1')).substr(0, 100));
    const std::string text = message(ExitCode::data);
    EXPECT_NE(text.find("data_batch_1.bin: record 1: expected 3073 bytes, got 100"), std::string::npos) << text;
}

TEST_F(Cifar, EmptyFileIsRefused) {
    write("data_batch_1.bin", "");
    EXPECT_NE(message(ExitCode::data).find("record 0: expected 3073 bytes, got 0"), std::string::npos);
}

TEST_F(Cifar, LabelOutOfRangeNamesFileAndRecord) {
    write("data_batch_1.bin", record(std::string(1, '\1')) + record(std::string(1, '\n')));  // '\n' is 10
    const std::string text = message(ExitCode::data);
    EXPECT_NE(text.find("data_batch_1.bin: record 1: expected a label in [0, 9], got 10"), std::string::npos) << text;
}

TEST_F(Cifar, FolderInPlaceOfAFileCannotBeRead) {
    fs::create_directories(folder_ / "data_batch_1.bin");
    EXPECT_NE(message(ExitCode::no_input).find("data_batch_1.bin: cannot be read"), std::string::npos);
}

TEST_F(Cifar, MissingInputIsSaidToBeMissing) {
    EXPECT_NE(message(ExitCode::no_input).find("found no data_batch_*.bin"), std::string::npos);
    EXPECT_NE(message(ExitCode::no_input, CifarKind::cifar100).find("found no train.bin"), std::string::npos);
    const std::string nowhere = (folder_ / "nowhere").string();
    EXPECT_NE(message(ExitCode::no_input, [&] { load_cifar_train(nowhere); }).find(nowhere), std::string::npos);
    EXPECT_NE(message(ExitCode::no_input, [&] { load_cifar_test(nowhere); }).find(nowhere), std::string::npos);
}

}  // namespace
}  // namespace hpnas
