#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <fstream>
#include <numeric>

#include "hpnas/app/command.hpp"
#include "hpnas/config/csv_table.hpp"
#include "hpnas/data/packed_file.hpp"
#include "hpnas/data/recording.hpp"
#include "hpnas/data/squad.hpp"
#include "hpnas/data/vocabulary_builder.hpp"

namespace hpnas {
namespace {

void print_summary(const std::string& path) {
    const PackedSummary summary = summarize_packed(path);
    fmt::print("{}\nkind        {}\nsource      {}\n", path, summary.kind, summary.source);
    for (const std::string& fact : summary.facts) fmt::print("            {}\n", fact);
    fmt::print("{:<24}", "class");
    for (const auto& part : summary.parts) fmt::print("{:>12}", part.name);
    fmt::print("\n");
    for (std::size_t c = 0; c < summary.classes.size(); ++c) {
        fmt::print("{:<24}", summary.classes[c]);
        for (const auto& part : summary.parts) fmt::print("{:>12}", part.per_class[c]);
        fmt::print("\n");
    }
    fmt::print("{:<24}", "examples");
    for (const auto& part : summary.parts) fmt::print("{:>12}", part.examples);
    fmt::print("\n");
}

void print_skipped(const std::vector<std::string>& skipped) {
    constexpr std::size_t most = 10;
    for (std::size_t i = 0; i < std::min(skipped.size(), most); ++i)
        fmt::print(stderr, "hpnas: left out: {}\n", skipped[i]);
    if (skipped.size() > most) fmt::print(stderr, "hpnas: left out: {} more\n", skipped.size() - most);
}

FileColumns file_columns(const DataArguments& arguments) {
    return {arguments.file_column, arguments.label_column, arguments.split_column};
}

void pack_images(const DataArguments& arguments) {
    FileParts files = list_files(arguments.files.front(), image_endings(), file_columns(arguments));
    const auto read = [](const LabelledFile& file) { decode_image(read_bytes(file.path), file.path); };
    print_skipped(check_files(files, read, arguments.skip_bad));
    write_packed(read_images(files, {.size = arguments.size, .centre = arguments.centre}), arguments.output);
}

void pack_recordings(const DataArguments& arguments) {
    FileParts files = list_files(arguments.files.front(), recording_endings(), file_columns(arguments));
    const auto read = [&](const LabelledFile& file) { read_recording(file.path, arguments.rate, arguments.resample); };
    print_skipped(check_files(files, read, arguments.skip_bad));
    write_packed(read_recordings(files, {arguments.rate, arguments.resample, arguments.sequences}), arguments.output);
}

void pack(const DataArguments& arguments) {
    if (!is_packed(arguments.output))
        throw Error(ExitCode::usage,
                    fmt::format("data pack: --output: expected a name ending in .h5, got '{}'", arguments.output));
    if (arguments.kind == "images")
        pack_images(arguments);
    else if (arguments.kind == "recordings")
        pack_recordings(arguments);
    else
        write_packed(read_text_csv(arguments.files.front(), {arguments.text_column, arguments.second_column,
                                                             arguments.label_column, arguments.split_column}),
                     arguments.output);
    print_summary(arguments.output);
}

void count_squad(const std::string& path, bool lower_case, WordCounts& counts) {
    const SquadFile file = read_squad(path);
    for (const std::string& context : file.contexts) count_words(context, lower_case, counts);
    for (const auto& question : file.questions) count_words(question.text, lower_case, counts);
}

void count_csv(const std::string& path, const std::string& column, bool lower_case, WordCounts& counts) {
    const CsvTable table = CsvTable::load(path);
    const std::size_t text = table.column(column);
    for (std::size_t row = 0; row < table.rows(); ++row) count_words(table.cell(row, text), lower_case, counts);
}

void count_lines(const std::string& path, bool lower_case, WordCounts& counts) {
    std::ifstream in(path);
    if (!in) throw DataError(fmt::format("{}: cannot be read", path), ExitCode::no_input);
    for (std::string line; std::getline(in, line);) count_words(line, lower_case, counts);
}

void make_vocabulary(const DataArguments& arguments) {
    WordCounts counts;
    for (const std::string& path : arguments.files) {
        const std::string ending = std::filesystem::path(path).extension().string();
        if (ending == ".json")
            count_squad(path, !arguments.cased, counts);
        else if (ending == ".csv")
            count_csv(path, arguments.text_column, !arguments.cased, counts);
        else
            count_lines(path, !arguments.cased, counts);
    }
    if (counts.empty())
        throw DataError(fmt::format("{}: expected texts, got no word", fmt::join(arguments.files, ", ")));
    VocabularyOptions options;
    if (arguments.size > 0) options.size = arguments.size;
    options.whole_words = arguments.whole_words;
    const Vocabulary vocabulary = build_vocabulary(counts, options, arguments.files.front());
    vocabulary.write(arguments.output);
    const std::int64_t words = std::accumulate(counts.begin(), counts.end(), std::int64_t{0},
                                               [](std::int64_t sum, const auto& word) { return sum + word.second; });
    fmt::print("{}: {} pieces from {} words, {} different\n", arguments.output, vocabulary.size(), words,
               counts.size());
}

}  // namespace

ExitCode data_command(const Command& command) {
    const DataArguments& arguments = command.dataset;
    if (arguments.action == "pack")
        pack(arguments);
    else if (arguments.action == "info")
        print_summary(arguments.files.front());
    else
        make_vocabulary(arguments);
    return ExitCode::ok;
}

}  // namespace hpnas
