#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hpnas/core/error.hpp"
#include "hpnas/core/log.hpp"

namespace hpnas {

/// Arguments of `hpnas data`.
struct DataArguments {
    std::string action;              ///< pack, info or vocabulary
    std::vector<std::string> files;  ///< input
    std::string output, kind;
    std::string text_column = "text", second_column, file_column = "file", label_column = "label",
                split_column = "split";
    std::int64_t size = 0;  ///< of images, in pixels, or of a vocabulary, in pieces
    std::int64_t rate = 16000;
    double centre = 1.0;
    bool resample = false, sequences = false, skip_bad = false, cased = false, whole_words = false;
};

/// The command line, parsed but not judged: what each sub-command needs of it.
struct Command {
    std::string name;  ///< "search", "train", "evaluate", "score", "latency", "data", "export", "export-weights",
                       ///< "import-weights", "describe", "info", "list"
    std::string line;  ///< the command line as typed, for provenance

    std::string config;             ///< search, latency: the YAML file
    std::vector<std::string> sets;  ///< search, latency: --set a.b=value, in order
    std::optional<std::int64_t> seed;
    std::optional<std::string> output;
    std::optional<double> max_time_s;
    bool check = false;      ///< validate and estimate only
    bool overwrite = false;  ///< discard an earlier run in the output directory
    LogLevel log_level = LogLevel::info;

    std::string train_space;     ///< train: search space; empty: the configuration's
    std::string run;             ///< evaluate: directory of a training
    std::string split = "test";  ///< evaluate: examples to judge with
    std::string outputs;         ///< evaluate: file of inputs and outputs to write; empty: none
    std::int64_t examples = 64;  ///< evaluate: examples in it

    std::string latency_action;      ///< latency: build, report, import, export, merge, onnx or surrogate
    std::vector<std::string> files;  ///< latency import/export/merge/onnx, info: file arguments

    std::string space = "gpunet";  ///< describe, score
    std::string arch;              ///< describe, train
    std::string space_options;     ///< describe, score, train: YAML map of the space's options
    std::int64_t classes = 1000;
    bool json = false;

    std::string archs, column;        ///< score: file of architectures, its column
    std::string scores = "de_score";  ///< score: items of a YAML list
    std::string aggregate = "none";   ///< score: none or rank
    std::vector<double> weights;      ///< score: of the scores in the aggregate
    std::string data, latency, task;  ///< score: YAML; empty: none
    std::string pretrained;           ///< score: file of weights that the networks take slices of
    std::int64_t batch = 64, repeats = 1;
    std::int64_t threads = 0;

    std::string network;        ///< export, export-weights, import-weights: RUN.h5#N, or empty
    std::string network_space;  ///< the same: --space; empty: that of the run or of the weights
    std::string weights_file;   ///< export, export-weights: trained weights; import-weights: the file to read
    std::string onnx;           ///< export: the file to write
    std::string onnx_batch = "dynamic", onnx_layout = "nchw";
    bool fold = true;

    std::string family;  ///< list

    DataArguments dataset;  ///< data
};

/// @return nothing if there is nothing left to do (--help, --version were answered); exit_code says how to leave then
std::optional<Command> parse_command_line(int argc, char** argv, ExitCode& exit_code);

/// The sub-commands. Each prints its result to standard output and returns the exit code; errors are thrown.
ExitCode search_command(const Command& command);
ExitCode train_command(const Command& command);
ExitCode evaluate_command(const Command& command);
ExitCode score_command(const Command& command);
ExitCode latency_command(const Command& command);
ExitCode data_command(const Command& command);
ExitCode export_command(const Command& command);
/// export-weights and import-weights: both end with the weights of a known network in a file that describes it.
ExitCode weights_command(const Command& command);
ExitCode describe_command(const Command& command);
ExitCode info_command(const Command& command);
ExitCode list_command(const Command& command);

}  // namespace hpnas
