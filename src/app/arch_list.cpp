#include "hpnas/app/arch_list.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>
#include <unordered_map>

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
    return lines;
}

/// The column's cells, the heading left out.
std::vector<Line> cells(const std::string& path, const std::vector<Line>& lines, const std::string& column) {
    if (lines.empty()) return {};
    const std::vector<std::string> heading = split_csv_line(lines.front().text);
    const auto found = std::find(heading.begin(), heading.end(), column);
    if (found == heading.end())
        throw DataError(fmt::format("{}:{}: has no column '{}'; it has: {}", path, lines.front().number, column,
                                    fmt::join(heading, ", ")));
    const auto place = static_cast<std::size_t>(found - heading.begin());
    std::vector<Line> result;
    for (std::size_t i = 1; i < lines.size(); ++i) {
        const std::vector<std::string> fields = split_csv_line(lines[i].text);
        if (fields.size() != heading.size())
            throw DataError(
                fmt::format("{}:{}: expected {} fields, got {}", path, lines[i].number, heading.size(), fields.size()));
        result.push_back({lines[i].number, fields[place]});
    }
    return result;
}

}  // namespace

std::vector<std::string> split_csv_line(const std::string& line) {
    std::vector<std::string> fields(1);
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (quoted && c == '"' && i + 1 < line.size() && line[i + 1] == '"') {
            fields.back() += line[++i];
        } else if (c == '"') {
            quoted = !quoted;
        } else if (c == ',' && !quoted) {
            fields.emplace_back();
        } else {
            fields.back() += c;
        }
    }
    for (std::string& field : fields) field = trimmed(field);
    return fields;
}

std::string csv_field(const std::string& text) {
    if (text.find_first_of(",\"\n") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + "\"";
}

ArchList read_arch_list(const std::string& path, const std::string& column, const SearchSpace& space) {
    std::vector<Line> lines = read_lines(path);
    if (!column.empty() || path.ends_with(".csv")) lines = cells(path, lines, column.empty() ? "arch" : column);
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
