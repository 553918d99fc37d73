#include "hpnas/app/training_records.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "hpnas/app/run_directory.hpp"
#include "hpnas/app/version.hpp"
#include "hpnas/export/weights_file.hpp"
#include "hpnas/h5/file.hpp"
#include "hpnas/store/checkpoint.hpp"

namespace hpnas {

namespace fs = std::filesystem;

void check_same_training(const TrainingBench& bench, int threads) {
    const RunConfig& run = bench.config().run;
    const auto refuse = [&](const std::string& what) {
        throw ConfigError(
            fmt::format("{}: {}\nchoose another output directory, take the changes back to continue it, "
                        "or discard it with --overwrite",
                        run.output, what));
    };
    if (fs::exists(in_run(run, "journal"))) refuse("holds a search");
    const fs::path results = in_run(run, "results.h5");
    if (!fs::exists(results)) return;
    const h5::File file = h5::File::open(results.string());
    const std::string before = file.root().group("config").dataset("yaml").read_texts().at(0);
    const auto differences = config_differences(before, bench.identity_text(threads), changeable_train_keys());
    if (!differences.empty())
        refuse(fmt::format("holds a training of another configuration:\n  {}", fmt::join(differences, "\n  ")));
}

TrainingRecords::TrainingRecords(const TrainingBench& bench, const Layout& layout, const std::string& command_line,
                                 const Log& log)
    : bench_(bench),
      identity_(training_identity(bench, layout.threads)),
      results_(in_run(bench.config().run, "results.h5"), identity_,
               make_provenance(layout, command_line, bench.dataset()), Seconds(0), log) {}

bool TrainingRecords::continued() const { return fs::exists(in_run(bench_.config().run, "last.h5")); }

std::vector<NamedTensor> TrainingRecords::load() const {
    return load_checkpoint(in_run(bench_.config().run, "last.h5"), run_name());
}

void TrainingRecords::begin(Fit& fit) {
    results_.publish_or_throw();
    if (const auto& texts = bench_.inputs().word_pieces)
        texts->vocabulary().write(in_run(bench_.config().run, "vocab.txt").string());
    save(fit);
}

void TrainingRecords::save(Fit& fit) {
    const Clock::time_point start = Clock::now();
    save_checkpoint(in_run(bench_.config().run, "last.h5"), run_name(), fit.state());
    saved_ = Clock::now();
    cost_ = saved_ - start;
}

bool TrainingRecords::save_is_due() const {
    return Clock::now() - saved_ > std::max(Seconds(bench_.config().fit.checkpoint_seconds), 20 * cost_);
}

void TrainingRecords::keep(Fit& fit, bool improved) {
    if (improved) save_best(fit);
    save(fit);
    set_curve(fit);
    results_.publish();
}

void TrainingRecords::finish(const Fit& fit, const std::vector<double>& test) {
    if (!fit.best().empty()) save_best(fit);
    set_curve(fit);
    add_outcome(results_, bench_, fit, test);
    results_.publish_or_throw();
}

/// Keys that may change are no part of a checkpoint's name.
std::string TrainingRecords::run_name() const {
    ConfigNode config = parse_yaml(identity_.config, "configuration");
    for (const std::string& key : changeable_train_keys()) set_by_path(config, key + "=0");
    return to_yaml(config);
}

void TrainingRecords::set_curve(const Fit& fit) {
    results_.set_table(learning_curve(bench_.task(), fit.history()));
    results_.set_table(epoch_times(fit.history()));
}

void TrainingRecords::save_best(const Fit& fit) const {
    Parameters parameters(bench_.network());
    std::ranges::copy(fit.best(), parameters.all().begin());
    const LearningPoint& point = fit.history()[fit.best_point()];
    NetworkFacts facts{{"arch", bench_.space().format(bench_.encoding())},
                       {"space", to_yaml_line(*bench_.config().resolved.find("space"))},
                       {"config", identity_.config},
                       {"epoch", fmt::format("{}", point.epoch)}};
    for (const auto& fact : bench_.model_facts()) facts.push_back(fact);
    for (std::size_t i = 0; i < point.validation.size(); ++i)
        facts.emplace_back("val_" + bench_.task().metrics()[i].name, fmt::format("{}", point.validation[i]));
    save_weights(in_run(bench_.config().run, "best.h5").string(), bench_.network(), parameters, facts,
                 bench_.inputs().words());
}

}  // namespace hpnas
