#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "hpnas/app/model_inputs.hpp"
#include "hpnas/app/run_config.hpp"
#include "hpnas/export/weights_file.hpp"
#include "hpnas/train/teacher.hpp"

namespace hpnas {

/// YAML group `fit`: when a training is judged, saved and ended.
struct FitConfig {
    double every_epochs = 1;
    double target = 0;
    double checkpoint_seconds = 60;
    double progress_seconds = 10;
    void visit(OptionVisitor& v);
};

/// The training of one network as YAML says it. Components chosen by name stay YAML until app/training_bench.hpp makes
/// them.
struct TrainConfig {
    /// What a training shares with a search: output, seed, threads, memory limit, space, data, task, training, and
    /// search.max_time_seconds, which is fit.max_time_seconds here.
    RunConfig run;
    std::string arch;  ///< in the notation of run.space
    TeacherOptions teacher;
    FitConfig fit;
    ModelInputs inputs;  ///< of a model that is trained already; nothing: the data's
    void visit(OptionVisitor& v);

    ConfigNode resolved;  ///< the whole configuration with every default, as it is stored with the results
};

/// Reads the file, applies --set, --space, --arch, --seed, --output and --max-time, looks "RUN.h5#N" up and checks
/// every key, component options included.
/// @throws ConfigError with one line per mistake; DataError (no_input) if the file does not exist
TrainConfig load_train_config(const Command& command);

/// The same of a configuration that is there already.
TrainConfig read_train_config(const ConfigNode& root);

/// The configuration that weights were trained with, but for what they started and learned from, and how the inputs of
/// their network are made. @param sets  changes to it, as
/// --set
/// @throws DataError if the file does not say
TrainConfig trained_config(const NetworkFacts& facts, const std::string& file, const std::vector<std::string>& sets);

/// Keys that may change when a training is continued.
const std::vector<std::string>& changeable_train_keys();

}  // namespace hpnas
