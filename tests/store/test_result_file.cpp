#include <gtest/gtest.h>

#include <cmath>

#include "hpnas/core/error.hpp"
#include "hpnas/h5/file.hpp"
#include "hpnas/store/result_file.hpp"
#include "store/store_samples.hpp"

namespace hpnas {
namespace {

using store_test::candidate;
using store_test::evaluation;

ResultContent sample() {
    ResultContent content;
    content.identity = store_test::identity();
    content.provenance.stable = {{"program", "hpnas"}, {"git_sha", "abc"}};
    content.provenance.run = {{"command_line", "hpnas search x.yaml"}};
    content.provenance.hostnames = {"node1", "node2"};
    content.provenance.affinity = {"0", "1"};
    content.provenance.ranks = 2;
    for (std::int64_t id = 0; id < 3; ++id) content.candidates[id] = candidate(id);
    content.evaluations[0] = evaluation(0, 0.5, 60, 2);
    content.evaluations[1] = store_test::failure(1, "loss became NaN");
    content.evaluations[2] = evaluation(2, 0.4, 70, 3);
    content.events = {{JournalEvent::Kind::start, 1e9, 2, "", ""}};
    content.tables["screening/buckets"] = {
        "screening/buckets", "", {{"lower", "ms", "", std::vector<double>{1, 2}, {}}}};
    return content;
}

class ResultFileTest : public ::testing::Test {
protected:
    store_test::TemporaryDirectory directory_;
    std::filesystem::path path_ = directory_.path() / "results.h5";
};

TEST_F(ResultFileTest, HoldsWhatTheFormatSays) {
    write_result_file(path_, sample());
    const h5::File file = h5::File::open(path_.string());
    const h5::Group root = file.root();
    EXPECT_EQ(root.text("schema_name"), "hpnas-results");
    EXPECT_EQ(root.text("git_sha"), "abc");
    EXPECT_EQ(root.integer("seed"), 7);
    const h5::Group candidates = root.group("candidates");
    EXPECT_EQ(candidates.dataset("encoding").sizes(), (std::vector<std::uint64_t>{3, 2}));
    EXPECT_EQ(candidates.dataset("encoding").read<std::int32_t>(), (std::vector<std::int32_t>{0, 0, 1, 1, 2, 0}));
    EXPECT_EQ(candidates.dataset("latency").text("units"), "ms");
    EXPECT_EQ(candidates.dataset("accuracy").integer("version"), 3);
    EXPECT_EQ(root.dataset("pareto/accuracy").integer("version"), 3);
    EXPECT_THROW(candidates.dataset("latency").integer("version"), StoreError);  // a measurement has none
    EXPECT_TRUE(std::isnan(candidates.dataset("loss").read<double>()[1]));
    EXPECT_EQ(candidates.dataset("status").text("flag_meanings"), "ok infeasible failed");
    EXPECT_EQ(candidates.dataset("status").integers("flag_values"), (std::vector<std::int64_t>{0, 1, 2}));
    EXPECT_EQ(candidates.dataset("reason").read_texts()[1], "loss became NaN");
    EXPECT_EQ(root.group("pareto").dataset("row").read<std::int64_t>(), (std::vector<std::int64_t>{0, 2}));
    EXPECT_EQ(root.dataset("screening/buckets/lower").read<double>(), (std::vector<double>{1, 2}));
    EXPECT_EQ(root.dataset("config/yaml").read_texts()[0], store_test::identity().config);
    EXPECT_EQ(root.dataset("timing/candidates/wall").read<double>(), (std::vector<double>{0.25, 0, 0.75}));
    EXPECT_EQ(root.group("provenance").text("command_line"), "hpnas search x.yaml");
    EXPECT_EQ(root.dataset("provenance/hostname").read_texts()[1], "node2");
}

TEST_F(ResultFileTest, EqualContentGivesEqualBytes) {
    write_result_file(path_, sample());
    const std::string bytes = store_test::read_bytes(path_);
    write_result_file(path_, sample());
    EXPECT_EQ(store_test::read_bytes(path_), bytes);
}

TEST_F(ResultFileTest, RunWithoutEvaluationsIsAFileToo) {
    ResultContent content = sample();
    content.evaluations.clear();
    content.provenance = {};
    content.events.clear();
    write_result_file(path_, content);
    const h5::File file = h5::File::open(path_.string());
    EXPECT_TRUE(file.root().dataset("candidates/loss").read<double>().empty());
    EXPECT_TRUE(file.root().dataset("candidates/reason").read_texts().empty());
}

TEST_F(ResultFileTest, MissingDirectoryIsAnError) {
    EXPECT_THROW(write_result_file(directory_.path() / "no" / "results.h5", sample()), StoreError);
}

}  // namespace
}  // namespace hpnas
