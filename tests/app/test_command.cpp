#include <gtest/gtest.h>

#include "hpnas/app/command.hpp"

namespace hpnas {
namespace {

/// Parses "hpnas" and the words; `code` keeps how the program would leave if nothing is left to do.
std::optional<Command> parse(std::vector<std::string> words, ExitCode* code = nullptr) {
    words.insert(words.begin(), "hpnas");
    std::vector<char*> pointers;
    for (std::string& word : words) pointers.push_back(word.data());
    ExitCode ignored = ExitCode::internal;
    return parse_command_line(static_cast<int>(pointers.size()), pointers.data(), code != nullptr ? *code : ignored);
}

ExitCode failure(const std::vector<std::string>& words, std::string& message) {
    ExitCode code = ExitCode::internal;
    testing::internal::CaptureStderr();
    EXPECT_FALSE(parse(words, &code));
    message = testing::internal::GetCapturedStderr();
    return code;
}

TEST(Command, SearchKeepsEveryOption) {
    const auto command = parse({"search", "c.yaml", "--set", "a=1", "--set", "b.c=[1, 2]", "--seed", "7", "--output",
                                "run", "--max-time", "2.5", "--overwrite", "--check", "--log-level", "debug"});
    ASSERT_TRUE(command);
    EXPECT_EQ(command->name, "search");
    EXPECT_EQ(command->config, "c.yaml");
    EXPECT_EQ(command->sets, (std::vector<std::string>{"a=1", "b.c=[1, 2]"}));
    EXPECT_EQ(command->seed, 7);
    EXPECT_EQ(command->output, "run");
    EXPECT_EQ(command->max_time_s, 2.5);
    EXPECT_TRUE(command->overwrite);
    EXPECT_TRUE(command->check);
    EXPECT_EQ(command->log_level, LogLevel::debug);
    EXPECT_TRUE(command->line.starts_with("hpnas search c.yaml --set a=1"));
}

TEST(Command, OptionsLeftOutStayUnset) {
    const auto command = parse({"search", "c.yaml"});
    ASSERT_TRUE(command);
    EXPECT_FALSE(command->seed || command->output || command->max_time_s);
    EXPECT_FALSE(command->check || command->overwrite);
    EXPECT_TRUE(command->sets.empty());
}

TEST(Command, SetTakesOneWordSoTheConfigurationMayFollow) {
    const auto command = parse({"search", "--set", "a=1", "c.yaml"});
    ASSERT_TRUE(command);
    EXPECT_EQ(command->config, "c.yaml");
    EXPECT_EQ(command->sets, std::vector<std::string>{"a=1"});
}

TEST(Command, LatencyOfAConfigurationIsBuild) {
    const auto brief = parse({"latency", "c.yaml", "--set", "a=1"});
    const auto full = parse({"latency", "build", "c.yaml", "--set", "a=1"});
    ASSERT_TRUE(brief && full);
    for (const auto& command : {*brief, *full}) {
        EXPECT_EQ(command.latency_action, "build");
        EXPECT_EQ(command.config, "c.yaml");
        EXPECT_EQ(command.sets, std::vector<std::string>{"a=1"});
    }
}

TEST(Command, LatencyActionsKeepTheirFiles) {
    for (const std::string action : {"report", "import", "export", "merge"}) {
        std::vector<std::string> words{"latency", action, "c.yaml"};
        if (action != "report") words.emplace_back("one");
        if (action == "merge") words.emplace_back("two");
        const auto command = parse(words);
        ASSERT_TRUE(command) << action;
        EXPECT_EQ(command->latency_action, action);
        EXPECT_EQ(command->config, "c.yaml");
        EXPECT_EQ(command->files, (std::vector<std::string>(words.begin() + 3, words.end())));
    }
}

TEST(Command, DescribeDefaultsToGpunetAndImagenet) {
    const auto command = parse({"describe", "--arch", "v:1,2"});
    ASSERT_TRUE(command);
    EXPECT_EQ(command->space, "gpunet");
    EXPECT_EQ(command->arch, "v:1,2");
    EXPECT_EQ(command->classes, 1000);
    EXPECT_FALSE(command->json);
}

TEST(Command, MistakesAreUsageErrorsThatNameThem) {
    const std::vector<std::pair<std::vector<std::string>, std::string>> mistakes{
        {{}, "subcommand is required"},
        {{"serch"}, "'serch'"},
        {{"search"}, "config"},
        {{"search", "c.yaml", "--bogus"}, "--bogus"},
        {{"search", "c.yaml", "--seed", "x"}, "--seed"},
        {{"search", "c.yaml", "--log-level", "loud"}, "loud"},
        {{"latency"}, "subcommand is required"},
        {{"latency", "import", "c.yaml"}, "file"},
        {{"describe"}, "--arch"},
        {{"describe", "--arch", "1", "--classes", "0"}, "--classes"},
        {{"info"}, "file"},
        {{"list"}, "family"},
    };
    for (const auto& [words, named] : mistakes) {
        std::string message;
        EXPECT_EQ(failure(words, message), ExitCode::usage) << named;
        EXPECT_TRUE(message.starts_with("hpnas: ")) << message;
        EXPECT_NE(message.find(named), std::string::npos) << message;
    }
}

TEST(Command, DataKeepsEveryOption) {
    const auto pack = parse({"data", "pack", "folder", "--kind", "recordings", "--output", "x.h5", "--rate", "8000",
                             "--resample", "--sequences", "--skip-bad", "--label-column", "word"});
    ASSERT_TRUE(pack);
    EXPECT_EQ(pack->name, "data");
    EXPECT_EQ(pack->dataset.action, "pack");
    EXPECT_EQ(pack->dataset.files, (std::vector<std::string>{"folder"}));
    EXPECT_EQ(pack->dataset.kind, "recordings");
    EXPECT_EQ(pack->dataset.output, "x.h5");
    EXPECT_EQ(pack->dataset.rate, 8000);
    EXPECT_TRUE(pack->dataset.resample && pack->dataset.sequences && pack->dataset.skip_bad);
    EXPECT_EQ(pack->dataset.label_column, "word");
    const auto vocabulary =
        parse({"data", "vocabulary", "a.txt", "b.csv", "--output", "v.txt", "--size", "500", "--cased"});
    ASSERT_TRUE(vocabulary);
    EXPECT_EQ(vocabulary->dataset.action, "vocabulary");
    EXPECT_EQ(vocabulary->dataset.files, (std::vector<std::string>{"a.txt", "b.csv"}));
    EXPECT_EQ(vocabulary->dataset.size, 500);
    EXPECT_TRUE(vocabulary->dataset.cased);
}

TEST(Command, HelpAndVersionAreAnsweredAtOnce) {
    for (const std::string word : {"--help", "--version"}) {
        ExitCode code = ExitCode::internal;
        testing::internal::CaptureStdout();
        EXPECT_FALSE(parse({word}, &code));
        EXPECT_EQ(code, ExitCode::ok);
        EXPECT_NE(testing::internal::GetCapturedStdout().find("hpnas"), std::string::npos);
    }
}

}  // namespace
}  // namespace hpnas
