// Writes a results file with known content: write_sample FILE. What test_reader.py expects is what stands here.
#include <cstdint>

#include "hpnas/core/error.hpp"
#include "hpnas/store/result_file.hpp"
#include "store/store_samples.hpp"

int main(int argc, char** argv) {
    using namespace hpnas;
    if (argc != 2) return static_cast<int>(ExitCode::usage);
    ResultContent content;
    content.identity = store_test::identity();
    content.identity.n_deterministic_metrics = 2;
    content.identity.metrics.push_back({"train_seconds", "s", "time of training", false});
    content.provenance.stable = {{"program", "hpnas"}};
    content.provenance.run = {{"command_line", "hpnas search x.yaml"}};
    content.provenance.hostnames = {"node1"};
    content.provenance.affinity = {"0-1"};
    for (std::int64_t id = 0; id < 4; ++id) content.candidates[id] = store_test::candidate(id);
    // Accuracy (to be maximised) and latency: 0 and 3 are the front, 1 is worse than 0 in both.
    content.evaluations[0] = store_test::evaluation(0, 0.5, 60, 2);
    content.evaluations[1] = store_test::evaluation(1, 0.7, 55, 2.5);
    content.evaluations[2] = store_test::failure(2, "loss became NaN");
    content.evaluations[3] = store_test::evaluation(3, 0.4, 70, 3);
    content.evaluations[3].metrics.push_back(12.5);
    content.events = {{JournalEvent::Kind::start, 1e9, 2, "", ""}};
    content.tables["ranking"] = {"ranking",
                                 "finalists",
                                 {{"rank", "1", "", std::vector<std::int64_t>{1, 2}, {}},
                                  {"candidate_id", "1", "", std::vector<std::int64_t>{3, 0}, {}}}};
    content.tables["screening/buckets"] = {
        "screening/buckets", "", {{"lower", "ms", "", std::vector<double>{1, 2}, {}}}};
    write_result_file(argv[1], content);
    return 0;
}
