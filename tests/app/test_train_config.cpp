#include "hpnas/app/train_config.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <vector>

namespace hpnas {
namespace {

TEST(TrainConfig, EveryShippedRecipeIsValid) {
    const std::filesystem::path configs = HPNAS_SOURCE_DIR "/configs";
    std::vector<std::filesystem::path> files{configs / "smoke/train.yaml"};
    for (const auto& entry : std::filesystem::directory_iterator(configs / "train")) files.push_back(entry.path());
    EXPECT_GE(files.size(), 9U);
    for (const auto& file : files) {
        Command command;
        command.config = file.string();
        EXPECT_NO_THROW(load_train_config(command)) << file;
    }
}

}  // namespace
}  // namespace hpnas
