// How fast do the strategies find good networks? Each searches tables of networks that were all trained
// (NAS-Bench-201's half, NAS-Bench-Macro, Accel-NASBench) many times with different seeds, one candidate at a time.
// Regret: accuracy of the table's best network less that of the best one found, in percent of accuracy; with two
// objectives the share of the best possible hypervolume that is missing, in percent.
//
//     bench_sched_strategies DATA_DIR [--seeds 20] [--csv FILE] [--only CASE] [--strategies a;b]
//
// DATA_DIR holds nb201_half.csv, nb_macro.csv and accel_nasbench.csv; by default $HPNAS_DATA_DIR. The CSV has
// case,strategy,evaluations,mean,ci95; the tables go to the standard output as Markdown.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "hpnas/config/node.hpp"
#include "hpnas/core/error.hpp"
#include "hpnas/eval/table_evaluator.hpp"
#include "hpnas/search/hypervolume.hpp"
#include "hpnas/space/builtin.hpp"
#include "hpnas/strategy/builtin.hpp"

namespace {

using namespace hpnas;

struct Case {
    std::string name, file, space;
    std::vector<std::string> key, columns, maximise;
    std::vector<std::string> strategies;
    std::size_t budget = 200;
    bool sparse = false;  ///< the table holds next to nothing of the space: neighbours are the nearest networks in it
};

const std::vector<std::string> scalar_strategies{"random", "evolution", "regularized", "bayes", "nsga2"};

std::vector<Case> cases() {
    return {
        {"nb201",
         "nb201_half.csv",
         "nasbench201",
         {"arch"},
         {"c10_valid_200ep"},
         {"c10_valid_200ep"},
         scalar_strategies},
        {"nb_macro",
         "nb_macro.csv",
         "{name: tabular, alphabets: ['012'], counts: [8]}",
         {"arch"},
         {"mean_acc"},
         {"mean_acc"},
         scalar_strategies},
        {"nb_macro, accuracy and MACs",
         "nb_macro.csv",
         "{name: tabular, alphabets: ['012'], counts: [8]}",
         {"arch"},
         {"mean_acc", "macs"},
         {"mean_acc"},
         {"random", "nsga2"},
         400},
        {"accel_nasbench, accuracy and A100 throughput",
         "accel_nasbench.csv",
         "{name: tabular, alphabets: ['146', '35', '1234', '01'], counts: [7, 7, 7, 7]}",
         {"e", "k", "l", "se"},
         {"val_top1", "throughput_a100"},
         {"val_top1", "throughput_a100"},
         {"random", "nsga2"},
         400,
         true},
    };
}

/// A table with the space that its networks belong to.
class Problem {
public:
    Problem(const Case& what, const std::string& folder) : case_(what) {
        Diagnostics diagnostics;
        space_ = spaces().make(parse_yaml(what.space, "benchmark"), "space", diagnostics, {});
        diagnostics.throw_if_any();
        TableEvaluatorOptions options;
        options.path = folder + "/" + what.file;
        options.key = what.key;
        options.columns = what.columns;
        options.maximise = what.maximise;
        const CsvTable csv = CsvTable::load(options.path);
        table_ = std::make_unique<TableEvaluator>(options, *space_, csv);
        list(csv);
        for (const Encoding& x : members_) points_.push_back(objectives(x));
        box_ = normalising_box(points_);
        best_ = volume(points_);
    }

    StrategyContext context(std::uint64_t seed) const {
        StrategyContext context;
        context.decisions.assign(space_->decisions().begin(), space_->decisions().end());
        context.seed = seed;
        context.n_objectives = case_.columns.size();
        context.canonical = [this](const Encoding& x) { return space_->canonical(x); };
        context.feasible = [this](const Encoding& x) { return table_->contains(x); };
        context.pool = members_;
        if (!case_.sparse) return context;
        context.mutate = [this](const Encoding& x, const MutationRates&, Rng& rng) { return near(x, x, x, rng); };
        context.crossover = [this](const Encoding& a, const Encoding& b, Rng& rng) {
            return near(cross_slots(a, b, rng), a, b, rng);
        };
        return context;
    }

    std::vector<double> objectives(const Encoding& x) const { return table_->evaluate({0, x, {}}, {})->objectives; }

    /// What the points lack of the table's best, in percent.
    double regret(const std::vector<ObjectivePoint>& found, const ObjectivePoint& best) const {
        if (case_.columns.size() == 1) return best.front() - box_.ideal.front();
        return 100 * (1 - volume(found) / best_);
    }
    const Case& what() const { return case_; }
    std::size_t size() const { return members_.size(); }

private:
    double volume(const std::vector<ObjectivePoint>& points) const { return hypervolume(points, box_.reference); }

    void list(const CsvTable& csv) {
        std::map<Encoding, bool> seen;
        for (std::size_t row = 0; row < csv.rows(); ++row) {
            std::string text;
            for (const std::string& column : case_.key) text += csv.cell(row, csv.column(column));
            const Encoding x = space_->canonical(space_->parse(text));
            if (seen.emplace(x, true).second) members_.push_back(x);
        }
    }

    /// One of the ten networks of the table that differ least from x, the parents left out.
    Encoding near(const Encoding& x, const Encoding& a, const Encoding& b, Rng& rng) const {
        constexpr std::size_t n_near = 10;
        std::vector<std::pair<std::size_t, std::size_t>> order;
        for (std::size_t i = 0; i < members_.size(); ++i) {
            if (members_[i] == a || members_[i] == b) continue;
            std::size_t differing = 0;
            for (std::size_t slot = 0; slot < x.size(); ++slot) differing += members_[i][slot] != x[slot];
            order.emplace_back(differing, i);
        }
        std::partial_sort(order.begin(), order.begin() + n_near, order.end());
        return members_[order[rng.below(n_near)].second];
    }

    Case case_;
    std::unique_ptr<SearchSpace> space_;
    std::unique_ptr<TableEvaluator> table_;
    std::vector<Encoding> members_;
    std::vector<ObjectivePoint> points_;
    ObjectiveBox box_;
    double best_ = 0;
};

/// Regret after each evaluation of one search.
std::vector<double> search(const Problem& problem, const std::string& strategy_yaml, std::uint64_t seed) {
    Diagnostics diagnostics;
    const auto strategy =
        strategies().make(parse_yaml(strategy_yaml, "benchmark"), "strategy", diagnostics, problem.context(seed));
    diagnostics.throw_if_any();
    std::vector<double> curve;
    std::vector<ObjectivePoint> front;
    ObjectivePoint best;
    while (curve.size() < problem.what().budget) {
        const std::vector<Candidate> asked = strategy->ask(1);
        if (asked.empty()) break;
        Evaluation result;
        result.candidate = asked[0].id;
        result.objectives = problem.objectives(asked[0].encoding);
        strategy->tell(std::span(&result, 1));
        if (best.empty() || result.objectives < best) best = result.objectives;
        front.push_back(result.objectives);
        curve.push_back(problem.regret(front, best));
    }
    curve.resize(problem.what().budget, curve.back());  // exhausted
    return curve;
}

struct Estimate {
    double mean = 0, ci95 = 0;
};

/// Mean with its 95 % interval: 1.96 standard errors.
Estimate estimate(const std::vector<double>& values) {
    const double n = static_cast<double>(values.size());
    double sum = 0, squares = 0;
    for (const double v : values) sum += v;
    for (const double v : values) squares += (v - sum / n) * (v - sum / n);
    return {sum / n, n > 1 ? 1.96 * std::sqrt(squares / (n - 1) / n) : 0};
}

using Curves = std::vector<std::vector<double>>;  // [seeds, evaluations]

Curves run(const Problem& problem, const std::string& strategy, std::size_t seeds) {
    Curves curves(seeds);
#pragma omp parallel for schedule(dynamic)
    for (std::size_t seed = 0; seed < seeds; ++seed) curves[seed] = search(problem, strategy, seed);
    return curves;
}

Estimate at(const Curves& curves, std::size_t evaluation) {
    std::vector<double> values;
    for (const std::vector<double>& curve : curves) values.push_back(curve[evaluation]);
    return estimate(values);
}

/// Mean regret over all evaluations of a search: the area under its curve, per evaluation.
Estimate area(const Curves& curves) {
    std::vector<double> values;
    for (const std::vector<double>& curve : curves) {
        double sum = 0;
        for (const double v : curve) sum += v;
        values.push_back(sum / static_cast<double>(curve.size()));
    }
    return estimate(values);
}

std::string text(const Estimate& e) { return fmt::format("{:.3f} ± {:.3f}", e.mean, e.ci95); }

struct Arguments {
    std::string folder = std::getenv("HPNAS_DATA_DIR") != nullptr ? std::getenv("HPNAS_DATA_DIR") : "";
    std::string csv, only, strategies;
    std::size_t seeds = 20;
};

Arguments parse(int argc, char** argv) {
    Arguments arguments;
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        if (!word.starts_with("--")) {
            arguments.folder = word;
            continue;
        }
        if (++i == argc) throw ConfigError(word + ": expected a value");
        if (word == "--seeds")
            arguments.seeds = std::stoul(argv[i]);
        else if (word == "--csv")
            arguments.csv = argv[i];
        else if (word == "--only")
            arguments.only = argv[i];
        else if (word == "--strategies")
            arguments.strategies = argv[i];
        else
            throw ConfigError(word + ": unknown option");
    }
    if (arguments.folder.empty()) throw ConfigError("name the folder of the tables, or set HPNAS_DATA_DIR");
    return arguments;
}

/// Options hold commas: names are separated by semicolons.
std::vector<std::string> split(const std::string& list) {
    std::vector<std::string> result;
    std::istringstream stream(list);
    for (std::string item; std::getline(stream, item, ';');) result.push_back(item);
    return result;
}

void report(const Problem& problem, const Arguments& arguments, std::ofstream& csv) {
    const Case& what = problem.what();
    const std::size_t n = what.budget;
    fmt::print("\n{} ({} networks, {} seeds)\n\n", what.name, problem.size(), arguments.seeds);
    fmt::print("| strategy | regret after {} | after {} | after {} | area |\n|---|---:|---:|---:|---:|\n", n / 4, n / 2,
               n);
    for (const std::string& strategy : arguments.strategies.empty() ? what.strategies : split(arguments.strategies)) {
        const Curves curves = run(problem, strategy, arguments.seeds);
        fmt::print("| {} | {} | {} | {} | {} |\n", strategy, text(at(curves, n / 4 - 1)), text(at(curves, n / 2 - 1)),
                   text(at(curves, n - 1)), text(area(curves)));
        std::fflush(stdout);
        for (std::size_t i = 0; csv.is_open() && i < n; ++i)
            csv << fmt::format("\"{}\",\"{}\",{},{:.6g},{:.6g}\n", what.name, strategy, i + 1, at(curves, i).mean,
                               at(curves, i).ci95);
    }
}

}  // namespace

int main(int argc, char** argv) try {
    const Arguments arguments = parse(argc, argv);
    std::ofstream csv;
    if (!arguments.csv.empty()) csv.open(arguments.csv);
    csv << "case,strategy,evaluations,mean,ci95\n";
    for (const Case& what : cases())
        if (arguments.only.empty() || what.name == arguments.only)
            report(Problem(what, arguments.folder), arguments, csv);
    return 0;
} catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
}
