#include "hpnas/app/arch_list.hpp"

#include <fmt/format.h>

#include <fstream>
#include <unordered_map>

#include "hpnas/config/csv_table.hpp"
#include "hpnas/core/error.hpp"
#include "hpnas/search/encoding.hpp"

namespace hpnas {
namespace {

struct Line {
    std::size_t number;
    std::string text;
};

std::string trimmed(const std::string& text) {
    const std::size_t first = text.find_first_not_of(" \t\r");
    if (first == std::string::npos) return "";
    return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::vector<Line> read_lines(const std::string& path) {
    std::ifstream in(path);
    if (!in) throw DataError(path + ": cannot be read", ExitCode::no_input);
    std::vector<Line> lines;
    std::string text;
    for (std::size_t number = 1; std::getline(in, text); ++number) {
        text = trimmed(text);
        if (!text.empty() && text.front() != '#') lines.push_back({number, text});
    }
    if (in.bad()) throw DataError(path + ": cannot be read", ExitCode::no_input);  // a directory
    return lines;
}

std::vector<Line> read_column(const std::string& path, const std::string& column) {
    const CsvTable table = CsvTable::load(path);
    const std::size_t place = table.column(column);
    std::vector<Line> cells;
    for (std::size_t row = 0; row < table.rows(); ++row) cells.push_back({table.line(row), table.cell(row, place)});
    return cells;
}

}  // namespace

std::string csv_field(const std::string& text) {
    if (text.find_first_of(",\"\n") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + "\"";
}

ArchList read_arch_list(const std::string& path, const std::string& column, const SearchSpace& space) {
    const bool csv = !column.empty() || path.ends_with(".csv");
    const std::vector<Line> lines = csv ? read_column(path, column.empty() ? "arch" : column) : read_lines(path);
    if (lines.empty()) throw DataError(path + ": holds no architecture");
    ArchList list;
    std::unordered_map<Encoding, std::size_t, EncodingHash> known;
    std::string mistakes;
    std::size_t n_mistakes = 0;
    for (const Line& line : lines) {
        try {
            const Encoding x = space.canonical(space.parse(line.text));
            const auto [slot, fresh] = known.try_emplace(x, list.encodings.size());
            if (fresh) list.encodings.push_back(x);
            list.text.push_back(line.text);
            list.lines.push_back(line.number);
            list.network.push_back(slot->second);
        } catch (const EncodingError& error) {
            if (++n_mistakes <= 10) mistakes += fmt::format("\n  {}:{}: {}", path, line.number, error.what());
        }
    }
    if (n_mistakes > 0)
        throw DataError(fmt::format("{}: {} of {} lines are no architecture of the space {}:{}{}", path, n_mistakes,
                                    lines.size(), space.name(), mistakes, n_mistakes > 10 ? "\n  ..." : ""));
    return list;
}

}  // namespace hpnas
