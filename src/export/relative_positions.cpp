#include "relative_positions.hpp"

#include <algorithm>
#include <map>

#include "hpnas/kernel/attention.hpp"

namespace hpnas {
namespace {

/// A class of keys: the row at which each query meets them, and who they are.
struct KeyClass {
    std::vector<std::int64_t> rows;  // [L]
    std::vector<std::int64_t> keys;
};

/// Classes of one table, in the order of their first keys.
std::vector<KeyClass> key_classes(const kernel::AttentionShape& shape, bool vertical) {
    std::vector<KeyClass> classes;
    std::map<std::vector<std::int64_t>, std::size_t> known;
    for (std::int64_t j = 0; j < shape.keys; ++j) {
        std::vector<std::int64_t> rows;
        for (std::int64_t i = 0; i < shape.queries; ++i) {
            const kernel::RelativePosition p = relative_position(shape, i, j);
            rows.push_back(vertical ? p.vertical : shape.table_rows() + p.horizontal);
        }
        const auto [at, is_new] = known.emplace(rows, classes.size());
        if (is_new) classes.push_back({std::move(rows), {}});
        classes[at->second].keys.push_back(j);
    }
    return classes;
}

/// Columns of the sums that make up row `row` of a table for query `i`: a class each, or all keys at once.
std::vector<std::int64_t> columns_at(const std::vector<KeyClass>& classes, std::int64_t first_column,
                                     std::int64_t column_of_all, std::int64_t i, std::int64_t row) {
    std::vector<std::int64_t> columns;
    for (std::size_t g = 0; g < classes.size(); ++g)
        if (classes[g].rows[static_cast<std::size_t>(i)] == row)
            columns.push_back(first_column + static_cast<std::int64_t>(g));
    if (columns.size() == classes.size()) return {column_of_all};
    return columns;
}

void fill_members(RelativePositions& p, const std::vector<const KeyClass*>& classes) {
    const std::int64_t columns = p.classes + 2;
    p.members.assign(static_cast<std::size_t>(p.classes * p.tokens), 0.0F);
    p.member_columns.assign(static_cast<std::size_t>(p.tokens * columns), 0.0F);
    for (std::int64_t j = 0; j < p.tokens; ++j) p.member_columns[static_cast<std::size_t>(j * columns + p.classes)] = 1;
    for (std::size_t g = 0; g < classes.size(); ++g)
        for (const std::int64_t j : classes[g]->keys) {
            p.members[g * static_cast<std::size_t>(p.tokens) + static_cast<std::size_t>(j)] = 1;
            p.member_columns[static_cast<std::size_t>(j * columns) + g] = 1;
        }
}

}  // namespace

RelativePositions relative_positions(std::int64_t tokens, std::int64_t max_distance) {
    kernel::AttentionShape shape;
    shape.queries = shape.keys = tokens;
    shape.max_distance = max_distance;
    const std::vector<KeyClass> vertical = key_classes(shape, true), horizontal = key_classes(shape, false);
    const auto n_vertical = static_cast<std::int64_t>(vertical.size());
    std::vector<const KeyClass*> all;
    for (const auto* table : {&vertical, &horizontal})
        for (const KeyClass& one : *table) all.push_back(&one);

    RelativePositions p;
    p.tokens = tokens;
    p.rows = 2 * shape.table_rows();
    p.classes = static_cast<std::int64_t>(all.size());
    fill_members(p, all);
    for (std::int64_t i = 0; i < tokens; ++i)
        for (const KeyClass* one : all) p.key_index.push_back(i * p.rows + one->rows[static_cast<std::size_t>(i)]);

    std::vector<std::vector<std::int64_t>> sums;  // [L, 2 R]
    for (std::int64_t i = 0; i < tokens; ++i)
        for (std::int64_t row = 0; row < p.rows; ++row) {
            const bool first = row < shape.table_rows();
            sums.push_back(columns_at(first ? vertical : horizontal, first ? 0 : n_vertical, p.classes, i, row));
            p.terms = std::max(p.terms, static_cast<std::int64_t>(sums.back().size()));
        }
    for (std::size_t at = 0; at < sums.size(); ++at) {
        sums[at].resize(static_cast<std::size_t>(p.terms), p.classes + 1);  // the column of zeros
        const std::int64_t i = static_cast<std::int64_t>(at) / p.rows;
        for (const std::int64_t column : sums[at]) p.value_index.push_back(i * (p.classes + 2) + column);
    }
    return p;
}

}  // namespace hpnas
