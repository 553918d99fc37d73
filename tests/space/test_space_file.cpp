#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "hpnas/core/error.hpp"
#include "hpnas/space/space_file.hpp"
#include "space/make_space.hpp"

namespace hpnas::test {
namespace {

namespace fs = std::filesystem;

/// A directory that vanishes with the test.
class TemporaryDirectory {
public:
    TemporaryDirectory() : path_(fs::temp_directory_path() / ("hpnas_space_" + std::to_string(::getpid()))) {
        fs::create_directories(path_);
    }
    ~TemporaryDirectory() { fs::remove_all(path_); }
    const fs::path& path() const { return path_; }

private:
    fs::path path_;
};

void write(const fs::path& path, const std::string& text) {
    fs::create_directories(path.parent_path());
    std::ofstream(path) << text;
}

TEST(SpaceFile, ResolvedSpaceNeedsNoFile) {
    const TemporaryDirectory directory;
    fs::copy_file(HPNAS_SOURCE_DIR "/configs/spaces/smoke.yaml", directory.path() / "mine.yaml");
    const std::string config = (directory.path() / "run.yaml").string();
    Diagnostics diagnostics;
    const ConfigNode node = parse_yaml("space: {name: staged, file: mine.yaml}", config).map[0].second;
    const std::string text = to_yaml(resolve_space(node, "space", diagnostics));
    EXPECT_TRUE(diagnostics.empty());
    fs::remove(directory.path() / "mine.yaml");
    const auto space = spaces().make(parse_yaml(text, "elsewhere"), "space", diagnostics, {});
    ASSERT_TRUE(space);
    EXPECT_EQ(space->name(), "smoke");
    resolve_space(node, "space", diagnostics);
    ASSERT_EQ(diagnostics.lines().size(), 1U);
    EXPECT_NE(diagnostics.lines()[0].find("space file 'mine.yaml' not found"), std::string::npos);
}

TEST(SpaceFile, BuiltInSpacesAreFoundFromAnywhere) {
    const std::string found = find_space_file("gpunet.yaml", {});
    EXPECT_TRUE(fs::equivalent(found, HPNAS_SOURCE_DIR "/configs/spaces/gpunet.yaml"));
    EXPECT_EQ(find_space_file("spaces/gpunet", {}), found);
}

TEST(SpaceFile, FileBesideTheConfigurationComesFirst) {
    const TemporaryDirectory directory;
    write(directory.path() / "gpunet.yaml", "");
    const Location config{(directory.path() / "run.yaml").string(), 3};
    EXPECT_EQ(find_space_file("gpunet.yaml", config), (directory.path() / "gpunet.yaml").string());
    // A value that comes from no file (line 0) has no neighbours.
    EXPECT_NE(find_space_file("gpunet.yaml", {config.file, 0}), (directory.path() / "gpunet.yaml").string());
}

TEST(SpaceFile, EnvironmentNamesADirectory) {
    const TemporaryDirectory directory;
    write(directory.path() / "spaces/mine.yaml", "");
    ::setenv("HPNAS_CONFIG_DIR", directory.path().c_str(), 1);
    EXPECT_EQ(find_space_file("mine", {}), (directory.path() / "spaces/mine.yaml").string());
    ::unsetenv("HPNAS_CONFIG_DIR");
}

TEST(SpaceFile, MissingFileTellsWhereItWasLookedFor) {
    EXPECT_EQ(space_file_candidates("/a/b.yaml", {"c/run.yaml", 2}), std::vector<std::string>{"/a/b.yaml"});
    try {
        find_space_file("nowhere", {"c/run.yaml", 2});
        FAIL();
    } catch (const ConfigError& error) {
        const std::string message = error.what();
        EXPECT_EQ(
            message.find("c/run.yaml:2: space file 'nowhere' not found; looked for c/nowhere.yaml, nowhere.yaml, "), 0U)
            << message;
    }
}

TEST(SpaceFile, OwnSpaceIsReadThroughTheRegistry) {
    const TemporaryDirectory directory;
    write(directory.path() / "mine.yaml",
          "name: mine\nresolution: 8\nstages:\n"
          "  - {block: conv, filters: [4, 8], kernel: 3, activation: relu}\n");
    const auto space = make_space("{name: staged, file: " + (directory.path() / "mine.yaml").string() + "}");
    EXPECT_EQ(space->name(), "mine");
    EXPECT_EQ(space->decisions().size(), 1U);
    EXPECT_THROW(make_space("staged"), ConfigError);  // without a file
    EXPECT_THROW(make_space("{name: staged, file: /nowhere.yaml}"), ConfigError);
    write(directory.path() / "bad.yaml", "name: [");
    EXPECT_THROW(make_space("{name: staged, file: " + (directory.path() / "bad.yaml").string() + "}"), ConfigError);
}

}  // namespace
}  // namespace hpnas::test
