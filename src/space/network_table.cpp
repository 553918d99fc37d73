#include "hpnas/space/network_table.hpp"

#include <fmt/format.h>

#include <cmath>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

std::vector<std::size_t> positions(const CsvTable& table, const std::vector<std::string>& names) {
    std::vector<std::size_t> result;
    for (const std::string& name : names) result.push_back(table.column(name));
    return result;
}

Encoding key_of(const CsvTable& table, std::size_t row, const std::vector<std::size_t>& key, const SearchSpace& space) {
    std::string text;
    for (const std::size_t column : key) text += table.cell(row, column);
    try {
        return space.canonical(space.parse(text));
    } catch (const EncodingError& error) {
        throw DataError(fmt::format("{}: {}", table.where(row, key.front()), error.what()));
    }
}

}  // namespace

NetworkTable::NetworkTable(const CsvTable& table, const SearchSpace& space, const std::vector<std::string>& key,
                           const std::vector<std::string>& columns, std::size_t n_required)
    : space_(&space), hash_(table.hash()) {
    const std::vector<std::size_t> keys = positions(table, key), wanted = positions(table, columns);
    if (table.rows() == 0) throw DataError(fmt::format("{}: expected networks, got a header alone", table.name()));
    std::unordered_map<Encoding, double, EncodingHash> counts;
    for (std::size_t r = 0; r < table.rows(); ++r) {
        const Encoding x = key_of(table, r, keys, space);
        std::vector<double>& sums = rows_[x];
        sums.resize(wanted.size(), 0.0);
        counts[x] += 1;
        for (std::size_t c = 0; c < wanted.size(); ++c) {
            const double value = table.number(r, wanted[c]);
            if (std::isnan(value) && c < n_required)
                throw DataError(fmt::format("{}: expected a number, got nothing", table.where(r, wanted[c])));
            sums[c] += value;
        }
    }
    for (auto& [x, sums] : rows_)
        for (double& sum : sums) sum /= counts[x];
}

std::span<const double> NetworkTable::find(const Encoding& x) const {
    const auto found = rows_.find(space_->canonical(x));
    return found == rows_.end() ? std::span<const double>() : std::span<const double>(found->second);
}

}  // namespace hpnas
