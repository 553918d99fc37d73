#include "hpnas/data/labelled_texts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <optional>

#include "hpnas/config/csv_table.hpp"
#include "hpnas/core/error.hpp"
#include "hpnas/data/basic_words.hpp"

namespace hpnas {
namespace {

namespace fs = std::filesystem;

std::optional<std::int64_t> whole_number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

void add(LabelledTexts& part, std::string text, std::int64_t label) {
    part.texts.push_back(std::move(text));
    part.labels.push_back(label);
}

LabelledTexts& part_of(TextParts& parts, const std::string& split, const std::string& where) {
    if (split == "train") return parts.train;
    if (split == "validation") return parts.validation;
    if (split == "test") return parts.test;
    throw DataError(fmt::format("{}: expected train, validation or test, got '{}'", where, split));
}

std::string checked(const CsvTable& table, std::size_t row, std::size_t column) {
    const std::string& text = table.cell(row, column);
    if (text.empty()) throw DataError(fmt::format("{}: expected a text, got nothing", table.where(row, column)));
    if (find_invalid_utf8(text) != std::string::npos)
        throw DataError(fmt::format("{}: expected UTF-8, got another encoding; convert the file, e.g. with iconv",
                                    table.where(row, column)));
    return text;
}

constexpr std::string_view trec_names[] = {"DESC", "ENTY", "ABBR", "HUM", "NUM", "LOC"};

std::int64_t trec_label(std::string_view word, const std::string& where) {
    const std::string_view coarse = word.substr(0, word.find(':'));
    for (std::size_t i = 0; i < std::size(trec_names); ++i)
        if (coarse == trec_names[i] || coarse == std::to_string(i)) return static_cast<std::int64_t>(i);
    throw DataError(
        fmt::format("{}: expected a label in [0, 5] or one of {}, got '{}'", where, fmt::join(trec_names, ", "), word));
}

LabelledTexts read_trec_file(const fs::path& path) {
    std::ifstream in(path);
    if (!in) throw DataError(fmt::format("{}: cannot be read", path.string()), ExitCode::no_input);
    LabelledTexts part;
    part.source = path.string();
    for (const std::string_view name : trec_names) part.classes.emplace_back(name);
    std::int64_t number = 0;
    for (std::string line; std::getline(in, line);) {
        const std::string where = fmt::format("{}:{}", path.string(), ++number);
        const std::size_t blank = line.find(' ');
        const std::int64_t label = trec_label(std::string_view(line).substr(0, blank), where);
        if (blank == std::string::npos || line.find_first_not_of(" \t\r", blank) == std::string::npos)
            throw DataError(fmt::format("{}: expected a question behind the label, got nothing", where));
        add(part, line.substr(blank + 1), label);
    }
    if (part.texts.empty()) throw DataError(fmt::format("{}: expected questions, got an empty file", path.string()));
    return part;
}

}  // namespace

std::vector<std::string> sorted_labels(std::vector<std::string> labels) {
    const bool numbers = std::all_of(labels.begin(), labels.end(),
                                     [](const std::string& label) { return whole_number(label).has_value(); });
    std::sort(labels.begin(), labels.end(), [&](const std::string& a, const std::string& b) {
        return numbers && whole_number(a) != whole_number(b) ? whole_number(a) < whole_number(b) : a < b;
    });
    labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
    return labels;
}

TextParts read_text_csv(const std::string& path, const TextColumns& columns) {
    const CsvTable table = CsvTable::load(path);
    const std::size_t text = table.column(columns.text), label = table.column(columns.label);
    const std::size_t second = columns.second.empty() ? text : table.column(columns.second);
    const auto& header = table.header();
    const bool has_split = std::find(header.begin(), header.end(), columns.split) != header.end();
    const auto split_of = [&](std::size_t row) {
        return has_split ? table.cell(row, table.column(columns.split)) : std::string("train");
    };
    std::vector<std::string> classes;
    for (std::size_t row = 0; row < table.rows(); ++row)
        if (split_of(row) == "train") classes.push_back(checked(table, row, label));
    classes = sorted_labels(std::move(classes));

    TextParts parts;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        const std::string where = has_split ? table.where(row, table.column(columns.split)) : "";
        LabelledTexts& part = part_of(parts, split_of(row), where);
        const auto found = std::find(classes.begin(), classes.end(), table.cell(row, label));
        if (found == classes.end())
            throw DataError(fmt::format("{}: the class '{}' is never seen in training", table.where(row, label),
                                        table.cell(row, label)));
        add(part, checked(table, row, text), found - classes.begin());
        if (!columns.second.empty()) part.seconds.push_back(checked(table, row, second));
    }
    for (LabelledTexts* part : {&parts.train, &parts.validation, &parts.test}) {
        part->classes = classes;
        part->source = path;
    }
    if (parts.train.texts.empty()) throw DataError(fmt::format("{}: expected rows to train on, got none", path));
    return parts;
}

TextParts read_trec(const std::string& folder) {
    const fs::path base(folder);
    const bool official = fs::exists(base / "train_5500.label");
    TextParts parts;
    parts.train = read_trec_file(base / (official ? "train_5500.label" : "TREC.train.all"));
    parts.test = read_trec_file(base / (official ? "TREC_10.label" : "TREC.test.all"));
    return parts;
}

}  // namespace hpnas
