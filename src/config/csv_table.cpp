#include "hpnas/config/csv_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <optional>
#include <sstream>

#include "hpnas/config/scalar.hpp"
#include "hpnas/core/error.hpp"
#include "hpnas/core/hash.hpp"

namespace hpnas {
namespace {

/// Cuts a text into rows of cells.
class CsvScanner {
public:
    CsvScanner(std::string_view text, const std::string& name) : text_(text), name_(&name) {
        if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;  // byte order mark of spreadsheets
    }

    /// The next row that is not empty; its first line is line().
    std::optional<std::vector<std::string>> row() {
        while (at_ < text_.size()) {
            row_line_ = line_;
            std::vector<std::string> cells{cell(1)};
            while (at_ < text_.size() && text_[at_] == ',') {
                ++at_;
                cells.push_back(cell(cells.size() + 1));
            }
            end_line();
            if (cells.size() > 1 || !cells.front().empty()) return cells;
        }
        return std::nullopt;
    }
    std::size_t line() const noexcept { return row_line_; }

private:
    std::string cell(std::size_t column) {
        skip_blanks();
        if (at_ < text_.size() && text_[at_] == '"') return quoted(column);
        const std::size_t end = std::min(text_.find_first_of(",\r\n", at_), text_.size());
        std::string_view value = text_.substr(at_, end - at_);
        while (!value.empty() && is_blank(value.back())) value.remove_suffix(1);
        at_ = end;
        return std::string(value);
    }
    std::string quoted(std::size_t column) {
        const std::size_t first_line = line_;
        std::string value;
        for (++at_; at_ < text_.size(); ++at_) {
            if (text_[at_] == '\n') ++line_;
            if (text_[at_] != '"') {
                value += text_[at_];
            } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
                value += text_[++at_];
            } else {
                ++at_;
                skip_blanks();
                if (at_ < text_.size() && text_[at_] != ',' && text_[at_] != '\r' && text_[at_] != '\n')
                    throw DataError(fmt::format("{}:{}:{}: expected a comma or a line end behind the quote, got '{}'",
                                                *name_, line_, column, text_[at_]));
                return value;
            }
        }
        throw DataError(fmt::format("{}:{}:{}: the quote is not closed", *name_, first_line, column));
    }
    void end_line() {
        if (at_ < text_.size() && text_[at_] == '\r') ++at_;
        if (at_ < text_.size() && text_[at_] == '\n') ++at_;
        ++line_;
    }
    void skip_blanks() {
        while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
    }
    static bool is_blank(char c) { return c == ' ' || c == '\t'; }

    std::string_view text_;
    const std::string* name_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
    std::size_t row_line_ = 0;
};

}  // namespace

CsvTable CsvTable::load(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    if (file) text << file.rdbuf();
    if (!file || text.bad())  // bad: a directory
        throw DataError(fmt::format("{}: cannot be read", path), ExitCode::no_input);
    return parse(text.str(), path);
}

CsvTable CsvTable::parse(std::string_view text, std::string name) {
    CsvTable table;
    table.name_ = std::move(name);
    table.hash_ = hash64(text);
    CsvScanner scanner(text, table.name_);
    std::optional<std::vector<std::string>> row = scanner.row();
    if (!row)
        throw DataError(fmt::format("{}:1:1: expected a header with the columns' names, got nothing", table.name_));
    table.header_ = std::move(*row);
    for (std::size_t i = 0; i < table.header_.size(); ++i)
        if (std::count(table.header_.begin(), table.header_.begin() + static_cast<std::ptrdiff_t>(i),
                       table.header_[i]) > 0)
            throw DataError(fmt::format("{}:{}:{}: the column '{}' is there twice", table.name_, scanner.line(), i + 1,
                                        table.header_[i]));
    while ((row = scanner.row())) {
        if (row->size() != table.header_.size())
            throw DataError(fmt::format("{}:{}:{}: expected {} cells, got {}", table.name_, scanner.line(),
                                        std::min(row->size(), table.header_.size()) + 1, table.header_.size(),
                                        row->size()));
        std::move(row->begin(), row->end(), std::back_inserter(table.cells_));
        table.lines_.push_back(scanner.line());
    }
    return table;
}

std::size_t CsvTable::column(std::string_view name) const {
    const auto found = std::find(header_.begin(), header_.end(), name);
    if (found == header_.end())
        throw ConfigError(fmt::format("{}: has no column '{}'; it has {}", name_, name, fmt::join(header_, ", ")));
    return static_cast<std::size_t>(found - header_.begin());
}

double CsvTable::number(std::size_t row, std::size_t column) const {
    const std::string& text = cell(row, column);
    if (text.empty()) return std::numeric_limits<double>::quiet_NaN();
    const std::optional<double> value = parse_number(text);
    if (!value || !std::isfinite(*value))
        throw DataError(fmt::format("{}: expected a number, got '{}'", where(row, column), text));
    return *value;
}

std::string CsvTable::where(std::size_t row, std::size_t column) const {
    return fmt::format("{}:{}:{} ({})", name_, lines_[row], column + 1, header_[column]);
}

}  // namespace hpnas
