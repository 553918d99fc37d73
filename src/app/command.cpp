#include "hpnas/app/command.hpp"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <map>

#include "hpnas/app/version.hpp"

namespace hpnas {
namespace {

/// `latency CONFIG` means `latency build CONFIG`.
void name_latency_action(std::vector<std::string>& words) {
    const auto first =
        std::find_if(words.begin(), words.end(), [](const std::string& word) { return !word.starts_with('-'); });
    const auto latency = first != words.end() && *first == "latency" ? first : words.end();
    if (latency == words.end() || latency + 1 == words.end()) return;
    static const std::vector<std::string> actions{"build", "report",    "import", "export", "merge",
                                                  "onnx",  "surrogate", "--help", "-h"};
    if (std::find(actions.begin(), actions.end(), *(latency + 1)) == actions.end()) words.insert(latency + 1, "build");
}

std::string join(int argc, char** argv) {
    std::string line;
    for (int i = 0; i < argc; ++i) line += (i == 0 ? "" : " ") + std::string(argv[i]);
    return line;
}

/// What to tell of a mistake; a word that no sub-command has is the mistake, not that the sub-command is missing.
std::string explain(const CLI::App* app, const CLI::Error& error) {
    const std::vector<std::string> unknown = app->remaining();
    const bool misnamed = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::RequiredError) && !unknown.empty();
    const std::string what = misnamed ? "unknown sub-command or argument '" + unknown.front() + "'" : error.what();
    return "hpnas: " + what + "; `hpnas --help` and `hpnas SUBCOMMAND --help` tell what there is\n";
}

void add_run_options(CLI::App& app, Command& command) {
    app.add_option("--set", command.sets, "override a key of the configuration: a.b=value (repeatable)")
        ->take_all()
        ->allow_extra_args(false);
    app.add_option("--seed", command.seed, "seed of every random draw (overrides the key 'seed')");
    app.add_option("--output", command.output, "output directory (overrides the key 'output')");
    app.add_flag("--check", command.check, "validate everything, estimate time and memory, run nothing");
}

void add_search(CLI::App& app, Command& command) {
    CLI::App* search =
        app.add_subcommand("search", "search networks as a configuration says; continues a run that was cut short");
    search->add_option("config", command.config, "YAML configuration")->required();
    add_run_options(*search, command);
    search->add_option("--max-time", command.max_time_s,
                       "stop after this many seconds, to be continued (exit code 75)");
    search->add_flag("--overwrite", command.overwrite, "discard an earlier run in the output directory");
}

void add_train(CLI::App& app, Command& command) {
    CLI::App* train = app.add_subcommand(
        "train", "trains one network from scratch as a recipe says; continues a training that was cut short");
    train->add_option("config", command.config, "YAML recipe")->required();
    train->add_option("--arch", command.arch,
                      "architecture in the space's notation, or RUN/results.h5#N: the N-th network that a run ranked");
    train->add_option("--space", command.train_space, "search space (overrides the key 'space')");
    train->add_option("--space-options", command.space_options, "options of the space as a YAML map");
    add_run_options(*train, command);
    train->add_option("--max-time", command.max_time_s, "stop after this many seconds, to be continued (exit code 75)");
    train->add_flag("--overwrite", command.overwrite, "discard what is in the output directory");
}

void add_evaluate(CLI::App& app, Command& command) {
    CLI::App* evaluate = app.add_subcommand("evaluate", "judges the network that a training left");
    evaluate->add_option("run", command.run, "directory of the training, or a file of weights in it")->required();
    evaluate->add_option("--split", command.split, "test, validation or train")
        ->check(CLI::IsMember({"test", "validation", "train"}))
        ->capture_default_str();
    evaluate->add_option("--set", command.sets, "override a key of the training's configuration, e.g. data.path=DIR")
        ->take_all()
        ->allow_extra_args(false);
    evaluate->add_flag("--json", command.json, "print JSON");
    evaluate->add_option("--outputs", command.outputs,
                         "HDF5 file to write: the network's inputs and outputs of the first examples");
    evaluate->add_option("--examples", command.examples, "examples in that file")
        ->capture_default_str()
        ->check(CLI::Range(1, 1 << 20));
}

void add_score(CLI::App& app, Command& command) {
    CLI::App* score = app.add_subcommand(
        "score", "train-free scores of a list of architectures; continues a list that was cut short");
    score->add_option("--space", command.space, "search space")->required();
    score->add_option("--space-options", command.space_options, "options of the space as a YAML map");
    score->add_option("--archs", command.archs, "file with one architecture per line, or CSV")->required();
    score->add_option("--column", command.column, "column of the CSV file (default arch)");
    score
        ->add_option("--scores", command.scores,
                     "scores, separated by commas: names, or YAML maps with options, {name: zen, ...}")
        ->capture_default_str();
    score->add_option("--aggregate", command.aggregate, "rank: one more column, sum of weight * ln(rank / n)")
        ->check(CLI::IsMember({"none", "rank"}))
        ->capture_default_str();
    score->add_option("--weights", command.weights, "weights of the scores in the aggregate (default 1)")
        ->delimiter(',');
    score->add_option("--data", command.data, "data set whose first images are scored on: name:path, or a YAML map");
    score->add_option("--pretrained", command.pretrained,
                      "file of weights of which every network takes its slice instead of random ones");
    score->add_option("--latency", command.latency, "latency model as YAML, e.g. measured");
    score->add_option("--task", command.task, "what the networks are made for: YAML map of the keys under 'task'");
    score->add_option("--batch", command.batch, "samples that a score looks at")
        ->capture_default_str()
        ->check(CLI::Range(1, 65536));
    score->add_option("--repeats", command.repeats, "random initialisations; scores are their means")
        ->capture_default_str()
        ->check(CLI::Range(1, 1000));
    score->add_option("--seed", command.seed, "seed of every random draw");
    score->add_option("--threads", command.threads, "OpenMP threads per rank")->check(CLI::NonNegativeNumber);
    score->add_option("--output", command.output,
                      "X.csv or X.h5; beside it a directory X.csv.run that a continued run needs (default "
                      "results/scores.csv)");
    score->add_option("--max-time", command.max_time_s, "stop after this many seconds, to be continued (exit code 75)");
    score->add_flag("--overwrite", command.overwrite, "discard what an earlier run scored");
}

CLI::App* add_latency_action(CLI::App& latency, Command& command, const std::string& name, const std::string& doc) {
    CLI::App* action = latency.add_subcommand(name, doc);
    action->add_option("config", command.config, "YAML configuration")->required();
    add_run_options(*action, command);
    action->callback([&command, name] { command.latency_action = name; });
    return action;
}

void add_latency(CLI::App& app, Command& command) {
    CLI::App* latency = app.add_subcommand(
        "latency", "latency tables and surrogates: `latency CONFIG` is short for `latency build CONFIG`");
    latency->require_subcommand(1);
    add_latency_action(*latency, command, "build",
                       "measure what the table of a configuration's space lacks, and calibrate it");
    add_latency_action(*latency, command, "report", "predicted against measured latency of random networks");
    add_latency_action(*latency, command, "import", "add entries measured elsewhere")
        ->add_option("file", command.files, "CSV file")
        ->required()
        ->expected(1);
    add_latency_action(*latency, command, "export", "write the table as CSV")
        ->add_option("file", command.files, "CSV file")
        ->required()
        ->expected(1);
    add_latency_action(*latency, command, "onnx",
                       "write the blocks that the table lacks as ONNX files, to be timed by jobs/measure_onnx")
        ->add_option("folder", command.files, "folder to write")
        ->required()
        ->expected(1);
    add_latency_action(*latency, command, "merge", "add the entries of other tables")
        ->add_option("file", command.files, "HDF5 tables")
        ->required();
    add_latency_action(*latency, command, "surrogate",
                       "measure random networks of a configuration's space and fit functions of the choices to them");
}

void add_pack(CLI::App& data, DataArguments& arguments) {
    CLI::App* pack = data.add_subcommand("pack", "one HDF5 file of a folder or CSV file of your own");
    pack->add_option("input", arguments.files,
                     "folder with a sub-folder per class (or train, validation, test of such), or CSV file")
        ->required()
        ->expected(1);
    pack->add_option("--kind", arguments.kind, "images, texts or recordings")
        ->required()
        ->check(CLI::IsMember({"images", "texts", "recordings"}));
    pack->add_option("--output", arguments.output, "file to write, X.h5")->required();
    pack->add_option("--size", arguments.size, "images: store size x size pixels; 0: the files as they are")
        ->check(CLI::Range(0, 4096));
    pack->add_option("--centre", arguments.centre, "images: part of the largest centred window that is stored")
        ->check(CLI::Range(0.1, 1.0));
    pack->add_option("--rate", arguments.rate, "recordings: samples per second (Hz)")
        ->capture_default_str()
        ->check(CLI::Range(1000, 1000000));
    pack->add_flag("--resample", arguments.resample, "recordings: convert other rates; else they are refused");
    pack->add_flag("--sequences", arguments.sequences, "recordings, CSV: labels are sequences of classes, by blanks");
    pack->add_flag("--skip-bad", arguments.skip_bad, "leave out files that cannot be read, and say how many");
    pack->add_option("--text-column", arguments.text_column, "texts: column of the texts")->capture_default_str();
    pack->add_option("--second-column", arguments.second_column, "texts: column of the second texts of pairs");
    pack->add_option("--file-column", arguments.file_column, "CSV of files: column of the files")
        ->capture_default_str();
    pack->add_option("--label-column", arguments.label_column, "CSV: column of the classes")->capture_default_str();
    pack->add_option("--split-column", arguments.split_column, "CSV: column that says train, validation or test")
        ->capture_default_str();
    pack->callback([&arguments] { arguments.action = "pack"; });
}

void add_data(CLI::App& app, Command& command) {
    DataArguments& arguments = command.dataset;
    CLI::App* data = app.add_subcommand("data", "data sets of your own, and vocabularies");
    data->require_subcommand(1);
    add_pack(*data, arguments);
    CLI::App* info = data->add_subcommand("info", "what a packed file holds");
    info->add_option("file", arguments.files, "HDF5 file")->required()->expected(1);
    info->callback([&arguments] { arguments.action = "info"; });
    CLI::App* vocabulary = data->add_subcommand("vocabulary", "a vocab.txt for WordPiece from texts");
    vocabulary
        ->add_option("files", arguments.files,
                     "plain texts; .csv: their text column; .json: in the layout of SQuAD v1.1")
        ->required();
    vocabulary->add_option("--output", arguments.output, "file to write")->required();
    vocabulary->add_option("--size", arguments.size, "most pieces (default 8000)")->check(CLI::Range(100, 10000000));
    vocabulary->add_flag("--whole-words", arguments.whole_words, "words that occur twice or more, no parts of words");
    vocabulary->add_flag("--cased", arguments.cased, "keep capitals and accents");
    vocabulary->add_option("--text-column", arguments.text_column, "CSV: column of the texts")->capture_default_str();
    vocabulary->callback([&arguments] { arguments.action = "vocabulary"; });
}

/// Which network: one that a run found, one of a space, or the one that a file of weights belongs to.
void add_network_options(CLI::App& app, Command& command) {
    app.add_option("network", command.network, "RUN/results.h5#N: the N-th network that a run ranked");
    app.add_option("--space", command.network_space, "search space (default: that of the run or of the weights)");
    app.add_option("--space-options", command.space_options, "options of the space as a YAML map");
    app.add_option("--arch", command.arch, "architecture in the space's notation");
    app.add_option("--task", command.task,
                   "what the network is made for: YAML map of the keys under 'task' (default: the run's data)");
}

void add_weights_options(CLI::App& app, Command& command) {
    app.add_option("--weights", command.weights_file, "HDF5 file of trained weights");
    app.add_option("--seed", command.seed, "without trained weights: seed of random ones");
}

/// "dynamic" or a whole number that ends up in the file. @return what is wrong
std::string batch_of_onnx(const std::string& text) {
    std::int64_t n = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    const bool number = error == std::errc() && end == text.data() + text.size() && n >= 1 && n <= 1'000'000;
    return number || text == "dynamic" ? ""
                                       : fmt::format("expected dynamic or a number in [1, 1000000], got '{}'", text);
}

void add_export(CLI::App& app, Command& command) {
    CLI::App* onnx = app.add_subcommand("export", "a network as an ONNX file");
    add_network_options(*onnx, command);
    add_weights_options(*onnx, command);
    onnx->add_option("--onnx", command.onnx, "file to write")->required();
    onnx->add_option("--batch", command.onnx_batch, "samples per call, or dynamic: any number")
        ->capture_default_str()
        ->check(batch_of_onnx);
    onnx->add_option("--layout", command.onnx_layout, "dimensions of images in inputs and outputs")
        ->capture_default_str()
        ->check(CLI::IsMember({"nchw", "nhwc"}));
    onnx->add_flag("--fold,!--no-fold", command.fold, "fold batch norms into convolutions (default) or keep them");
}

void add_weights(CLI::App& app, Command& command) {
    CLI::App* out = app.add_subcommand("export-weights", "a network's weights as named tensors in an HDF5 file");
    add_network_options(*out, command);
    add_weights_options(*out, command);
    out->add_option("--output", command.output, "file to write")->required();
    CLI::App* in = app.add_subcommand("import-weights",
                                      "checks named tensors from elsewhere against a network and describes them");
    in->add_option("file", command.weights_file, "HDF5 file, one dataset LAYER/PARAMETER per tensor")->required();
    add_network_options(*in, command);
    in->add_option("--output", command.output, "file to write")->required();
}

void add_describe(CLI::App& app, Command& command) {
    CLI::App* describe = app.add_subcommand("describe", "resolution, parameters, MACs and layers of one architecture");
    describe->add_option("--space", command.space, "search space")->capture_default_str();
    describe->add_option("--arch", command.arch, "architecture in the space's own notation")->required();
    describe->add_option("--options", command.space_options,
                         "options of the space as a YAML map, e.g. '{profile: extended}'");
    describe->add_option("--classes", command.classes, "classes of the task")
        ->capture_default_str()
        ->check(CLI::Range(1, 1000000));
    describe->add_flag("--json", command.json, "print JSON");
}

void add_inspection(CLI::App& app, Command& command) {
    CLI::App* info = app.add_subcommand("info", "what a result file or latency table holds");
    info->add_option("file", command.files, "HDF5 file")->required()->expected(1);
    CLI::App* list = app.add_subcommand("list", "what can be chosen, with the YAML keys of each");
    list->add_option("family", command.family, "spaces, strategies, objectives, latency, operators, ...")->required();
}

}  // namespace

std::optional<Command> parse_command_line(int argc, char** argv, ExitCode& exit_code) {
    Command command;
    command.line = join(argc, argv);
    std::vector<std::string> words(argv + 1, argv + argc);
    name_latency_action(words);
    std::reverse(words.begin(), words.end());  // CLI11's vector overload takes the words last first
    CLI::App app("hardware-aware neural-architecture search for clusters", "hpnas");
    app.require_subcommand(1);
    app.set_version_flag("--version", [] { return version_text(); });
    const std::map<std::string, LogLevel> levels{{"debug", LogLevel::debug},
                                                 {"info", LogLevel::info},
                                                 {"warning", LogLevel::warning},
                                                 {"error", LogLevel::error}};
    app.add_option("--log-level", command.log_level, "debug, info, warning or error")
        ->transform(CLI::CheckedTransformer(levels, CLI::ignore_case));
    app.fallthrough();
    app.failure_message(explain);
    add_search(app, command);
    add_train(app, command);
    add_evaluate(app, command);
    add_score(app, command);
    add_latency(app, command);
    add_data(app, command);
    add_export(app, command);
    add_weights(app, command);
    add_describe(app, command);
    add_inspection(app, command);
    try {
        app.parse(words);
    } catch (const CLI::ParseError& error) {
        exit_code = app.exit(error) == 0 ? ExitCode::ok : ExitCode::usage;
        return std::nullopt;
    }
    command.name = app.get_subcommands().front()->get_name();
    return command;
}

}  // namespace hpnas
