#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <optional>
#include <sstream>
#include <string_view>
#include <vector>

#include "hpnas/core/error.hpp"
#include "hpnas/latency/table_file.hpp"

namespace hpnas {
namespace {

constexpr std::array<std::string_view, 8> columns{"block",  "input",   "median_ms", "min_ms",
                                                  "p90_ms", "mean_ms", "std_ms",    "count"};
enum Column : std::size_t { block, input, median_ms, min_ms, p90_ms, mean_ms, std_ms, count };

std::string quoted(const std::string& text) {
    if (text.find_first_of(",\"") == std::string::npos) return text;
    std::string result = "\"";
    for (const char c : text) result += c == '"' ? std::string("\"\"") : std::string(1, c);
    return result + '"';
}

std::string shape_text(const Shape& shape) {
    std::string text;
    for (const std::int64_t size : shape) text += fmt::format("{}{}", text.empty() ? "" : "x", size);
    return text;
}

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// Cells of one line; a cell in double quotes may hold commas, and a doubled quote stands for one.
std::vector<std::string> split_cells(std::string_view line) {
    std::vector<std::string> cells(1);
    bool in_quotes = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (c == '"' && in_quotes && i + 1 < line.size() && line[i + 1] == '"')
            cells.back() += line[++i];
        else if (c == '"')
            in_quotes = !in_quotes;
        else if (c == ',' && !in_quotes)
            cells.emplace_back();
        else
            cells.back() += c;
    }
    for (std::string& cell : cells) cell = std::string(trimmed(cell));
    return cells;
}

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<Shape> parse_shape(std::string_view text) {
    std::vector<std::int64_t> sizes;
    while (true) {
        const std::size_t cross = text.find('x');
        const auto size = parse_number<std::int64_t>(text.substr(0, cross));
        if (!size || *size < 1 || sizes.size() == Shape::max_rank) return std::nullopt;
        sizes.push_back(*size);
        if (cross == std::string_view::npos) return Shape(std::span<const std::int64_t>(sizes));
        text.remove_prefix(cross + 1);
    }
}

/// Reads one table; collects what is wrong instead of stopping at the first mistake.
class CsvReader {
public:
    CsvReader(std::string path) : path_(std::move(path)) {}

    LatencyTable read(std::istream& stream) {
        int number = 0;
        for (std::string line; std::getline(stream, line);) {
            ++number;
            const std::string_view text = trimmed(line);
            if (text.empty()) continue;
            if (text.front() == '#')
                read_condition(text, number);
            else if (!positions_)
                read_header(text, number);
            else
                read_row(text, number);
        }
        if (!positions_ && n_mistakes_ == 0)
            complain(number, "expected a header line block,input,median_ms,..., got none");
        if (n_mistakes_ > 0) throw DataError(fmt::format("{}{}", mistakes_, n_mistakes_ > most_shown ? "...\n" : ""));
        LatencyTable table(conditions_);
        for (const auto& [key, timing] : rows_) table.set(key, timing);
        return table;
    }

private:
    static constexpr int most_shown = 10;

    void complain(int line, std::string_view what) {
        if (++n_mistakes_ <= most_shown) mistakes_ += fmt::format("{}:{}: {}\n", path_, line, what);
    }

    void read_condition(std::string_view line, int number) {
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos) return;  // a plain remark
        const std::string_view name = trimmed(line.substr(1, colon - 1)), value = trimmed(line.substr(colon + 1));
        if (name == "device") conditions_.device = value;
        if (name == "precision") conditions_.precision = value;
        if (name == "libraries") conditions_.libraries = value;
        if (name == "date") conditions_.date = value;
        if (name != "batch" && name != "threads") return;
        const auto parsed = parse_number<std::int64_t>(value);
        if (!parsed || *parsed < 1)
            return complain(number, fmt::format("{}: expected an integer >= 1, got '{}'", name, value));
        (name == "batch" ? conditions_.batch : conditions_.threads) = *parsed;
    }

    void read_header(std::string_view line, int number) {
        std::array<std::size_t, columns.size()> positions;
        positions.fill(std::string::npos);
        const std::vector<std::string> cells = split_cells(line);
        for (std::size_t i = 0; i < cells.size(); ++i)
            for (std::size_t c = 0; c < columns.size(); ++c)
                if (cells[i] == columns[c]) positions[c] = i;
        for (const Column needed : {block, input, median_ms})
            if (positions[needed] == std::string::npos)
                complain(number, fmt::format("header: missing column '{}'", columns[needed]));
        positions_ = positions;
        n_cells_ = cells.size();
    }

    void read_row(std::string_view line, int number) {
        const std::vector<std::string> cells = split_cells(line);
        if (cells.size() != n_cells_)
            return complain(number, fmt::format("expected {} columns, got {}", n_cells_, cells.size()));
        const int before = n_mistakes_;
        const std::string key = cell(cells, block);
        const auto shape = parse_shape(cell(cells, input));
        if (key.empty()) complain(number, "block: expected a key, got nothing");
        if (!shape)
            complain(number, fmt::format("input: expected sizes such as 32x32x24, got '{}'", cell(cells, input)));
        const Timing timing = read_timing(cells, number);
        if (n_mistakes_ == before && !rows_.emplace(TableKey{key, *shape}, timing).second)
            complain(number, fmt::format("{} on {}: given twice", key, to_string(*shape)));
    }

    Timing read_timing(const std::vector<std::string>& cells, int number) {
        Timing t;
        t.median_ms = time(cells, median_ms, number, -1);
        if (!(t.median_ms > 0)) complain(number, "median_ms: expected a time > 0");
        t.min_ms = time(cells, min_ms, number, t.median_ms);
        t.p90_ms = time(cells, p90_ms, number, t.median_ms);
        t.mean_ms = time(cells, mean_ms, number, t.median_ms);
        t.std_ms = time(cells, std_ms, number, 0);
        const std::string samples = cell(cells, count);
        const auto n = samples.empty() ? std::optional<std::int64_t>(1) : parse_number<std::int64_t>(samples);
        if (!n || *n < 1) complain(number, fmt::format("count: expected an integer >= 1, got '{}'", samples));
        t.count = n.value_or(1);
        return t;
    }

    double time(const std::vector<std::string>& cells, Column column, int number, double absent) {
        const std::string text = cell(cells, column);
        if (text.empty()) return absent;
        const auto value = parse_number<double>(text);
        if (value && std::isfinite(*value) && *value >= 0) return *value;
        complain(number, fmt::format("{}: expected a time in ms, got '{}'", columns[column], text));
        return 1;  // the row is refused already
    }

    std::string cell(const std::vector<std::string>& cells, Column column) const {
        const std::size_t position = (*positions_)[column];
        return position < cells.size() ? cells[position] : std::string();
    }

    std::string path_;
    TableConditions conditions_;
    std::optional<std::array<std::size_t, columns.size()>> positions_;
    std::size_t n_cells_ = 0;
    std::map<TableKey, Timing> rows_;
    std::string mistakes_;
    int n_mistakes_ = 0;
};

}  // namespace

std::string to_csv(const LatencyTable& table) {
    const TableConditions& c = table.conditions();
    std::string text =
        fmt::format("# device: {}\n# batch: {}\n# threads: {}\n# precision: {}\n# libraries: {}\n# date: {}\n",
                    c.device, c.batch, c.threads, c.precision, c.libraries, c.date);
    text += fmt::format("{}\n", fmt::join(columns, ","));
    for (const auto& [key, t] : table.entries())
        text += fmt::format("{},{},{},{},{},{},{},{}\n", quoted(key.block), shape_text(key.input), t.median_ms,
                            t.min_ms, t.p90_ms, t.mean_ms, t.std_ms, t.count);
    return text;
}

LatencyTable parse_csv(const std::string& text, const std::string& name) {
    std::istringstream stream(text);
    return CsvReader(name).read(stream);
}

void export_csv(const LatencyTable& table, const std::string& path) {
    std::ofstream file(path, std::ios::binary);
    file << to_csv(table);
    file.close();
    if (!file) throw StoreError(fmt::format("{}: cannot be written", path), ExitCode::cannot_create);
}

LatencyTable import_csv(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw DataError(fmt::format("{}: cannot be read", path), ExitCode::no_input);
    LatencyTable table = CsvReader(path).read(file);
    if (table.size() == 0) throw DataError(fmt::format("{}: expected a row for each block, got none", path));
    return table;
}

}  // namespace hpnas
