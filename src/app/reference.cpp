#include "hpnas/app/reference.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <new>
#include <sstream>

#include "hpnas/comm/communicator.hpp"
#include "hpnas/linalg/blas_kernels.hpp"
#include "hpnas/search/encoding.hpp"

namespace hpnas {
namespace {

constexpr const char* blob_name = "reference";
constexpr const char* interrupted = "stopped";

/// Networks of the sample and their raw values, empty where not computed yet.
struct Sample {
    std::vector<Encoding> networks;
    std::vector<std::vector<double>> values;

    std::size_t n_known() const {
        return networks.size() - static_cast<std::size_t>(std::ranges::count(values, std::vector<double>()));
    }
};

/// The journal's blob with the values of one network.
std::string values_blob(std::size_t network) { return fmt::format("{}/{}", blob_name, network); }

std::string to_line(const std::vector<double>& values) { return fmt::format("{}", fmt::join(values, " ")); }

std::vector<double> read_values(std::istringstream& in) {
    std::vector<double> values;
    for (std::string word; in >> word;) values.push_back(std::stod(word));
    return values;
}

std::vector<double> score_one(Workbench& bench, const Encoding& x, StopToken& stop, bool& stopped) {
    const std::size_t n = bench.score_evaluator()->scores().raw_names().size();
    try {
        const auto values = bench.score_evaluator()->raw_values(x, [&] { return !stop.requested(); });
        stopped = !values;
        return values.value_or(std::vector<double>());
    } catch (const std::bad_alloc&) {
        return std::vector<double>(n, std::nan(""));  // says nothing of the scale
    }
}

/// This rank's share of what is missing.
std::vector<std::size_t> share_of(const Communicator& comm, const Sample& sample) {
    std::vector<std::size_t> mine;
    int turn = 0;
    for (std::size_t i = 0; i < sample.networks.size(); ++i)
        if (sample.values[i].empty() && turn++ % comm.size() == comm.rank()) mine.push_back(i);
    return mine;
}

/// Scores some of this rank's share, for one progress period: lines of index and values.
std::string score_some(const Communicator& comm, Workbench& bench, const Sample& sample, StopToken& stop) {
    const Seconds period(bench.config().search.progress_seconds);
    const auto start = std::chrono::steady_clock::now();
    std::string lines;
    for (const std::size_t i : share_of(comm, sample)) {
        bool stopped = false;
        const std::vector<double> values = score_one(bench, sample.networks[i], stop, stopped);
        if (stopped) return lines + interrupted;
        lines += fmt::format("{} {}\n", i, to_line(values));
        if (std::chrono::steady_clock::now() - start >= period) break;
    }
    return lines;
}

/// Takes over what a rank found, and journals it on rank 0. @return whether the rank goes on
bool take_over(const std::string& lines, Sample& sample, Journal* journal) {
    std::istringstream text(lines);
    for (std::string line; std::getline(text, line);) {
        if (line == interrupted) return false;
        std::istringstream in(line);
        std::size_t i = 0;
        in >> i;
        sample.values[i] = read_values(in);
        if (journal != nullptr) journal->append(JournalBlob{values_blob(i), to_line(sample.values[i])});
    }
    return true;
}

/// Scores what is missing, each network on some rank; every rank gets all of it. @return false if some rank was asked
/// to stop
bool score_together(Session& session, Workbench& bench, Sample& sample, Journal* journal, StopToken& stop) {
    bool go_on = true;
    while (go_on && sample.n_known() < sample.networks.size()) {
        std::string mine;
        collectively(session.comm, [&] { mine = score_some(session.comm, bench, sample, stop); });
        const std::vector<std::string> parts = session.comm.all_gather(mine);
        collectively(session.comm, [&] {
            for (const std::string& part : parts) go_on = take_over(part, sample, journal) && go_on;
            if (journal != nullptr) journal->sync();
        });
        session.log.info("reference sample: {} of {} networks scored", sample.n_known(), sample.networks.size());
    }
    return go_on;
}

/// On rank 0, as text: the networks, one a line, with the values that the journal has.
std::string networks_of(Journal& journal, CandidateFilter& filter, std::size_t n, std::uint64_t seed) {
    const JournalBlob* drawn = journal.content().blob(blob_name);
    std::vector<std::string> networks;
    // Drawn again when a run is continued, so that the filter counts the same rejections.
    for (const Encoding& x : filter.sample(n, seed)) networks.push_back(to_text(x));
    if (drawn != nullptr) {
        networks.clear();
        std::istringstream lines(drawn->bytes);
        for (std::string line; std::getline(lines, line);) networks.push_back(line);
    } else {
        journal.append(JournalBlob{blob_name, fmt::format("{}\n", fmt::join(networks, "\n"))});
    }
    std::string text;
    for (std::size_t i = 0; i < networks.size(); ++i) {
        const JournalBlob* values = journal.content().blob(values_blob(i));
        text += fmt::format("{} {}\n", networks[i], values != nullptr ? values->bytes : "");
    }
    return text;
}

Sample from_text(const std::string& text) {
    Sample sample;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream in(line);
        std::string encoding;
        in >> encoding;
        sample.networks.push_back(encoding_from_text(encoding));
        sample.values.push_back(read_values(in));
    }
    return sample;
}

Table sample_table(const Sample& sample, const ScoreSet& scores) {
    Table table{blob_name, "terms of random networks, by which composite scores are put on one scale", {}};
    table.columns.push_back({"encoding", "1", "choice per decision", sample.networks, {}});
    for (std::size_t c = 0; c < scores.raw_names().size(); ++c) {
        std::vector<double> values;
        for (const std::vector<double>& row : sample.values) values.push_back(row[c]);
        table.columns.push_back({scores.raw_names()[c], "1", "as computed", std::move(values), {}});
    }
    return table;
}

/// Where one of the scores multiplies matrices by it.
void warn_of_slow_blas(const Session& session, const ScoreSet& scores) {
    static constexpr std::array<std::string_view, 5> products{"ntk", "naswot", "jacob_cov", "az_", "diversity"};
    const auto multiplies = [](const std::string& name) {
        return std::ranges::any_of(products,
                                   [&](std::string_view part) { return name.find(part) != std::string::npos; });
    };
    const std::string better = linalg::missed_blas_kernels();
    if (session.root && !better.empty() && std::ranges::any_of(scores.raw_names(), multiplies))
        session.log.warning(
            "OpenBLAS does not know this processor and runs its kernels for {}: scores made of matrix products (ntk, "
            "naswot, jacob_cov, az_*, diversity) take several times as long; export OPENBLAS_CORETYPE={}",
            linalg::blas_kernels(), better);
}

}  // namespace

bool prepare_reference(Session& session, Workbench& bench, Journal* journal, ResultStore* results,
                       CandidateFilter* filter, StopToken& stop) {
    ScoreEvaluator* evaluator = bench.score_evaluator();
    if (evaluator == nullptr) return true;
    warn_of_slow_blas(session, evaluator->scores());
    if (evaluator->scores().reference_size() == 0) return true;
    std::string text;
    collectively(session.comm, [&] {
        if (session.root)
            text = networks_of(*journal, *filter, static_cast<std::size_t>(evaluator->scores().reference_size()),
                               static_cast<std::uint64_t>(bench.config().seed));
    });
    Sample sample = from_text(session.comm.broadcast(text));
    if (const std::size_t known = sample.n_known(); known < sample.networks.size()) {
        const std::string there = known > 0 ? fmt::format(", {} of them in the journal", known) : "";
        session.log.info("scoring a reference sample of {} networks{}", sample.networks.size(), there);
    }
    if (!score_together(session, bench, sample, journal, stop)) return false;
    collectively(session.comm, [&] {
        evaluator->scores().set_reference(sample.values);
        if (session.root) results->set_table(sample_table(sample, evaluator->scores()));
    });
    return true;
}

}  // namespace hpnas
