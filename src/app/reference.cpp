#include "hpnas/app/reference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <new>
#include <sstream>

#include "hpnas/comm/communicator.hpp"
#include "hpnas/search/encoding.hpp"

namespace hpnas {
namespace {

constexpr const char* blob_name = "reference";
constexpr const char* interrupted = "stopped";

/// Networks of the sample and their raw values, empty where not computed yet.
struct Sample {
    std::vector<Encoding> networks;
    std::vector<std::vector<double>> values;
};

/// One line per network: choice indices, then the values; exact.
std::string to_lines(const Sample& sample) {
    std::string text;
    for (std::size_t i = 0; i < sample.networks.size(); ++i) {
        text += to_text(sample.networks[i]);
        for (const double value : sample.values[i]) text += fmt::format(" {}", value);
        text += '\n';
    }
    return text;
}

std::vector<double> read_values(std::istringstream& in) {
    std::vector<double> values;
    for (std::string word; in >> word;) values.push_back(std::stod(word));
    return values;
}

Sample from_lines(const std::string& text) {
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

/// Scores this rank's share of the sample, and gives every rank all of it. @return false if some rank was asked to stop
bool score_together(Session& session, Workbench& bench, Sample& sample, StopToken& stop) {
    Communicator& comm = session.comm;
    std::string mine;
    collectively(comm, [&] {
        const auto step = static_cast<std::size_t>(comm.size());
        bool stopped = false;
        for (auto i = static_cast<std::size_t>(comm.rank()); i < sample.networks.size() && !stopped; i += step) {
            mine += fmt::format("{}", i);
            for (const double value : score_one(bench, sample.networks[i], stop, stopped))
                mine += fmt::format(" {}", value);
            mine += '\n';
        }
        if (stopped) mine = interrupted;
    });
    for (const std::string& part : comm.all_gather(mine)) {
        if (part == interrupted) return false;
        std::istringstream lines(part);
        for (std::string line; std::getline(lines, line);) {
            std::istringstream in(line);
            std::size_t i = 0;
            in >> i;
            sample.values[i] = read_values(in);
        }
    }
    return true;
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

}  // namespace

bool prepare_reference(Session& session, Workbench& bench, Journal* journal, ResultStore* results,
                       CandidateFilter* filter, StopToken& stop) {
    ScoreEvaluator* evaluator = bench.score_evaluator();
    if (evaluator == nullptr || evaluator->scores().reference_size() == 0) return true;
    std::string lines;
    bool known = false;
    collectively(session.comm, [&] {
        if (!session.root) return;
        const JournalBlob* blob = journal->content().blob(blob_name);
        known = blob != nullptr;
        if (known) {
            lines = blob->bytes;
            return;
        }
        Sample drawn;
        drawn.networks = filter->sample(static_cast<std::size_t>(evaluator->scores().reference_size()),
                                        static_cast<std::uint64_t>(bench.config().seed));
        drawn.values.resize(drawn.networks.size());
        lines = to_lines(drawn);
    });
    known = session.comm.broadcast(known ? "yes" : "no") == "yes";
    Sample sample = from_lines(session.comm.broadcast(lines));
    if (!known) {
        session.log.info("scoring a reference sample of {} networks", sample.networks.size());
        if (!score_together(session, bench, sample, stop)) return false;
    }
    collectively(session.comm, [&] {
        evaluator->scores().set_reference(sample.values);
        if (!session.root) return;
        if (!known) {
            journal->append(JournalBlob{blob_name, to_lines(sample)});
            journal->sync();
        }
        results->set_table(sample_table(sample, evaluator->scores()));
    });
    return true;
}

}  // namespace hpnas
