#include "hpnas/data/vocabulary.hpp"

#include <fmt/format.h>

#include <fstream>
#include <sstream>
#include <utility>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

std::vector<std::string> lines_of(std::istream& in) {
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) {
        if (line.ends_with('\r')) line.pop_back();
        lines.push_back(std::move(line));
    }
    return lines;
}

}  // namespace

Vocabulary::Vocabulary(std::vector<std::string> pieces, std::string source)
    : pieces_(std::move(pieces)), source_(std::move(source)) {
    for (std::size_t i = 0; i < pieces_.size(); ++i) {
        if (pieces_[i].empty())
            throw DataError(fmt::format("{}:{}: expected a piece, got an empty line", source_, i + 1));
        const auto [at, fresh] = ids_.emplace(pieces_[i], static_cast<std::int64_t>(i));
        if (!fresh)
            throw DataError(
                fmt::format("{}:{}: the piece '{}' is in line {} already", source_, i + 1, pieces_[i], at->second + 1));
    }
    padding_ = special("[PAD]");
    unknown_ = special("[UNK]");
    first_ = special("[CLS]");
    separator_ = special("[SEP]");
}

Vocabulary Vocabulary::read(const std::string& path) {
    std::ifstream in(path);
    if (!in) throw DataError(fmt::format("{}: cannot be read", path), ExitCode::no_input);
    return {lines_of(in), path};
}

Vocabulary Vocabulary::parse(const std::string& lines, std::string source) {
    std::istringstream in(lines);
    return {lines_of(in), std::move(source)};
}

void Vocabulary::write(const std::string& path) const {
    std::ofstream out(path);
    if (!out) throw StoreError(fmt::format("{}: cannot be created", path), ExitCode::cannot_create);
    for (const std::string& piece : pieces_) out << piece << '\n';
    out.close();
    if (!out) throw StoreError(fmt::format("{}: cannot be written", path));
}

std::optional<std::int64_t> Vocabulary::find(std::string_view piece) const {
    const auto found = ids_.find(piece);
    if (found == ids_.end()) return std::nullopt;
    return found->second;
}

std::int64_t Vocabulary::special(std::string_view piece) const {
    if (const auto id = find(piece)) return *id;
    throw DataError(fmt::format(
        "{}: expected a line '{}', found none; `hpnas data vocabulary` makes a file that has it", source_, piece));
}

}  // namespace hpnas
