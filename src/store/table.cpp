#include "hpnas/store/table.hpp"

#include <fmt/format.h>

#include <set>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

std::size_t length(const Column& column) {
    return std::visit([](const auto& values) { return values.size(); }, column.values);
}

void check_encodings(const Table& table, const Column& column) {
    const auto* encodings = std::get_if<std::vector<Encoding>>(&column.values);
    if (encodings == nullptr) return;
    for (const Encoding& x : *encodings)
        if (x.size() != encodings->front().size())
            throw InternalError(fmt::format("table {}: column {}: expected encodings of length {}, got {}", table.group,
                                            column.name, encodings->front().size(), x.size()));
}

}  // namespace

void check_table(const Table& table) {
    std::set<std::string> names;
    for (const Column& column : table.columns) {
        if (column.name.empty() || !names.insert(column.name).second)
            throw InternalError(
                fmt::format("table {}: column name '{}' is empty or repeated", table.group, column.name));
        if (length(column) != length(table.columns.front()))
            throw InternalError(fmt::format("table {}: column {}: expected {} values, got {}", table.group, column.name,
                                            length(table.columns.front()), length(column)));
        check_encodings(table, column);
    }
}

}  // namespace hpnas
