#pragma once
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "hpnas/core/error.hpp"

namespace hpnas::test {

/// A directory of its own for one test, gone at its end.
class Folder {
public:
    Folder() {
        const auto* about = ::testing::UnitTest::GetInstance()->current_test_info();
        path_ = std::filesystem::temp_directory_path() /
                (std::string("hpnas_") + about->test_suite_name() + "_" + about->name());
        std::filesystem::remove_all(path_);
        std::filesystem::create_directories(path_);
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    std::string operator/(const std::string& name) const { return (path_ / name).string(); }
    std::string path() const { return path_.string(); }

private:
    std::filesystem::path path_;
};

/// Writes a file, and the folders that it is in.
inline void write_file(const std::filesystem::path& path, std::string_view bytes) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
}

/// What the error that `action` throws says; its exit code must be `code`.
template <class Action>
std::string message(const Action& action, ExitCode code = ExitCode::data) {
    try {
        action();
    } catch (const Error& error) {
        EXPECT_EQ(error.exit_code(), code) << error.what();
        return error.what();
    }
    ADD_FAILURE() << "nothing was thrown";
    return {};
}

}  // namespace hpnas::test
