#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "hpnas/app/command.hpp"
#include "hpnas/config/options.hpp"
#include "hpnas/latency/linear_surrogate.hpp"
#include "hpnas/latency/mlp_fit.hpp"
#include "hpnas/train/training_options.hpp"

namespace hpnas {

/// YAML group `task`: what the networks are made for, where no data set says it.
struct TaskConfig {
    std::int64_t classes = 0, channels = 0;                     ///< 0: the data set's, else 1000 classes and 3 channels
    std::int64_t resolution = 0, sequence = 0, vocabulary = 0;  ///< 0: the space's own
    void visit(OptionVisitor& v);
};

/// YAML group `calibration`: how a latency table is fitted to whole networks of this device.
struct CalibrationConfig {
    std::string kind = "linear";
    std::int64_t networks = 32;
    std::int64_t judged = 50;
    void visit(OptionVisitor& v);
};

/// YAML group `surrogate`: what `hpnas latency surrogate` measures and fits.
struct SurrogateConfig {
    std::int64_t networks = 1000;
    std::int64_t held_out = 200;
    LinearFitOptions linear;
    MlpFitOptions mlp;
    void visit(OptionVisitor& v);
};

/// YAML group `screening`: Sobol samples of the space, sorted into latency buckets.
struct ScreeningConfig {
    std::int64_t samples = 1 << 20;
    std::vector<double> edges_ms;
    std::vector<double> edges_quantile;
    std::int64_t bucket = 0;
    std::int64_t survivors = 512;
    std::string rule = "spread";
    void visit(OptionVisitor& v);
    bool enabled() const noexcept { return samples > 0; }
};

/// YAML group `search`: how many candidates, in which order, and how often results are written.
struct SearchConfig {
    std::int64_t candidates = 64;
    std::string mode = "synchronous";
    std::int64_t window = 8;
    bool dedicated_manager = false;
    double progress_seconds = 10;
    double publish_seconds = 30;
    double checkpoint_seconds = 60;
    double max_time_seconds = 0;
    void visit(OptionVisitor& v);
};

/// YAML group `ranking`: what is done with the best candidates at the end.
struct RankingConfig {
    std::int64_t finalists = 8;
    std::int64_t passes = 5;
    double tolerance_percent = 5;
    void visit(OptionVisitor& v);
};

/// A whole run as YAML says it. Components chosen by name stay YAML until app/workbench.hpp makes them.
struct RunConfig {
    std::string output;
    std::int64_t seed = 1;
    std::int64_t threads = 0;
    std::int64_t memory_limit_mib = 0;
    ConfigNode space, data, latency, energy, objective, strategy;
    std::string pretrained;  ///< file of weights that networks take slices of; empty: none
    TaskConfig task;
    CalibrationConfig calibration;
    SurrogateConfig surrogate;
    ScreeningConfig screening;
    TrainingOptions training;
    SearchConfig search;
    RankingConfig ranking;
    void visit(OptionVisitor& v);
    /// The keys that every run has: output, seed, threads, memory_limit_mib.
    void visit_common(OptionVisitor& v);
    bool has_data() const noexcept { return data.kind != ConfigNode::Kind::null; }
    bool has_latency() const noexcept { return latency.kind != ConfigNode::Kind::null; }
    bool has_energy() const noexcept { return energy.kind != ConfigNode::Kind::null; }

    ConfigNode resolved;  ///< the whole configuration with every default, as it is stored with the results
};

/// Reads the file, applies --set, --seed and --output, and checks every key, component options included.
/// @throws ConfigError with one line per mistake; DataError (no_input) if the file does not exist
RunConfig load_run_config(const Command& command);

/// Sets a key to a text as it is, which --set would read as YAML.
void set_text(ConfigNode& root, const std::string& key, const std::string& text);

/// The same of a configuration that is there already.
RunConfig read_run_config(const ConfigNode& root);

/// Keys that may change when a run is continued: they move the end of the run or say how it is reported, not what is
/// found.
const std::vector<std::string>& changeable_keys();

}  // namespace hpnas
