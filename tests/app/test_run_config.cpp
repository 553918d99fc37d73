#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "hpnas/app/run_config.hpp"

namespace hpnas {
namespace {

Command smoke(std::vector<std::string> sets = {}) {
    Command command;
    command.config = HPNAS_SOURCE_DIR "/configs/smoke/search.yaml";
    command.sets = std::move(sets);
    return command;
}

/// The message of what load_run_config throws; empty if it throws nothing.
std::string mistakes(std::vector<std::string> sets) {
    try {
        load_run_config(smoke(std::move(sets)));
        return "";
    } catch (const ConfigError& error) {
        return error.what();
    }
}

TEST(RunConfig, ReadsTheFileAndKeepsDefaults) {
    const RunConfig config = load_run_config(smoke());
    EXPECT_EQ(config.output, "results/smoke");
    EXPECT_EQ(config.search.candidates, 12);
    EXPECT_EQ(config.screening.edges_quantile, (std::vector<double>{0, 0.5, 1}));
    EXPECT_EQ(config.search.mode, "synchronous") << "not in the file";
}

TEST(RunConfig, CommandLineOverridesTheFile) {
    Command command = smoke({"search.candidates=5", "seed=3", "output=elsewhere"});
    command.seed = 9;
    command.output = "run";
    command.max_time_s = 60;
    const RunConfig config = load_run_config(command);
    EXPECT_EQ(config.search.candidates, 5);
    EXPECT_EQ(config.seed, 9) << "--seed is stronger than --set";
    EXPECT_EQ(config.output, "run");
    EXPECT_EQ(config.search.max_time_seconds, 60);
}

TEST(RunConfig, OutputIsTakenAsItIsTyped) {
    for (const char* output : {"runs/a #3", "a: b", "yes", "[x]"}) {
        Command command = smoke();
        command.output = output;
        EXPECT_EQ(load_run_config(command).output, output);
    }
}

TEST(RunConfig, ResolvedHoldsEveryDefaultAndMeansTheSame) {
    const RunConfig config = load_run_config(smoke());
    const ConfigNode* strategy = config.resolved.find("strategy");
    ASSERT_NE(strategy, nullptr);
    ASSERT_NE(strategy->find("crossovers"), nullptr) << "a default of bayes that the file does not name";
    const ConfigNode* search = config.resolved.find("search");
    ASSERT_NE(search, nullptr);
    EXPECT_NE(search->find("mode"), nullptr);
    EXPECT_EQ(to_yaml(load_run_config(smoke({"search.mode=synchronous"})).resolved), to_yaml(config.resolved));
}

TEST(RunConfig, EveryMistakeIsOneLine) {
    EXPECT_EQ(mistakes({}), "");
    const std::string text =
        mistakes({"search.window=0", "strategy.name=bayse", "space=smok", "data.typo=1", "training.epochs=long"});
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 4) << text;
    for (const char* part :
         {"search.window: expected an integer in [1, 1000000], got 0", "strategy: unknown name 'bayse'",
          "space: unknown name 'smok'", "data: unknown key 'typo'", "training.epochs: expected a number"})
        EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
}

TEST(RunConfig, ScreeningHasToFitTogether) {
    const std::vector<std::pair<std::vector<std::string>, std::string>> wrong{
        {{"screening.edges_ms=[1, 2]"}, "exactly one of edges_ms and edges_quantile"},
        {{"screening.edges_quantile=[]"}, "exactly one of edges_ms and edges_quantile"},
        {{"screening.edges_quantile=[0.5]"}, "at least two strictly ascending"},
        {{"screening.edges_quantile=[0.5, 0.5]"}, "at least two strictly ascending"},
        {{"screening.edges_quantile=[0.5, 0.1]"}, "at least two strictly ascending"},
        {{"screening.bucket=2"}, "expected a bucket in [0, 1], got 2"},
        {{"latency={name: measured}"}, "needs latency.name: table"},
    };
    for (const auto& [sets, message] : wrong)
        EXPECT_NE(mistakes(sets).find(message), std::string::npos) << mistakes(sets);
    EXPECT_EQ(mistakes({"screening.samples=0", "latency={name: measured}", "screening.bucket=9"}), "")
        << "nothing is screened";
}

RunConfig load(const std::string& file, std::vector<std::string> sets = {}) {
    Command command;
    command.config = file;
    command.sets = std::move(sets);
    return load_run_config(command);
}

bool is_training(const std::filesystem::path& file) { return file.filename() == "train.yaml"; }

TEST(RunConfig, EveryShippedConfigurationIsValid) {
    int n = 0;
    for (const char* folder : {"/configs/search", "/configs/smoke"})
        for (const auto& entry : std::filesystem::directory_iterator(std::string(HPNAS_SOURCE_DIR) + folder)) {
            if (is_training(entry.path())) continue;
            EXPECT_NO_THROW(load(entry.path().string())) << entry.path();
            ++n;
        }
    EXPECT_GE(n, 10);
}

TEST(RunConfig, ScoresNeedNeitherDataNorLatencyNorScreening) {
    const RunConfig config = load(HPNAS_SOURCE_DIR "/configs/smoke/score.yaml");
    EXPECT_FALSE(config.has_data());
    EXPECT_FALSE(config.has_latency());
    EXPECT_FALSE(config.screening.enabled());
    EXPECT_EQ(config.task.classes, 10);
    const ConfigNode* score = config.resolved.find("objective")->find("score");
    EXPECT_NE(score->find("mode"), nullptr) << "a default of de_score that the file does not name";
}

TEST(RunConfig, MistakesInScoresAreFoundWithTheirKeys) {
    try {
        load(HPNAS_SOURCE_DIR "/configs/smoke/score.yaml",
             {"objective.score.mod=rank", "objective.extra=[params, zenn]", "task.classes=-1"});
        FAIL() << "expected an error";
    } catch (const ConfigError& error) {
        const std::string text = error.what();
        for (const char* part : {"objective.score: unknown key 'mod'", "unknown name 'zenn'", "task.classes"})
            EXPECT_NE(text.find(part), std::string::npos) << text;
    }
}

TEST(RunConfig, MissingFileIsMissingInput) {
    Command command;
    command.config = "/nowhere/at_all.yaml";
    try {
        load_run_config(command);
        FAIL() << "expected an error";
    } catch (const DataError& error) {
        EXPECT_EQ(error.exit_code(), ExitCode::no_input);
    }
}

TEST(ChangeableKeys, AreKeysOfTheConfiguration) {
    const ConfigNode resolved = load_run_config(smoke()).resolved;
    for (const std::string& key : changeable_keys()) {
        const std::size_t dot = key.find('.');
        const ConfigNode* node = resolved.find(key.substr(0, dot));
        if (dot != std::string::npos && node != nullptr) node = node->find(key.substr(dot + 1));
        EXPECT_NE(node, nullptr) << key;
    }
}

TEST(ChangeableKeys, NoneDecidesWhatIsFound) {
    for (const char* key : {"seed", "space", "data", "latency", "screening", "training", "objective", "strategy",
                            "search.window", "search.mode", "search"})
        EXPECT_EQ(std::count(changeable_keys().begin(), changeable_keys().end(), key), 0) << key;
}

}  // namespace
}  // namespace hpnas
