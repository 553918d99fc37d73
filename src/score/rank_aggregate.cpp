#include "hpnas/score/rank_aggregate.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>

#include "hpnas/core/error.hpp"

namespace hpnas {

std::vector<double> ascending_ranks(std::span<const double> values) {
    const auto key = [&](std::size_t i) {
        return std::isnan(values[i]) ? -std::numeric_limits<double>::infinity() : values[i];
    };
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
    std::vector<double> ranks(values.size());
    for (std::size_t begin = 0, end = 0; begin < order.size(); begin = end) {
        while (end < order.size() && key(order[end]) == key(order[begin])) ++end;
        // Networks without a value are all last: the mean of many such ranks would lift them.
        const bool undefined = std::isnan(values[order[begin]]);
        const double rank = undefined ? 1.0 : 0.5 * static_cast<double>(begin + 1 + end);
        for (std::size_t i = begin; i < end; ++i) ranks[order[i]] = rank;
    }
    return ranks;
}

std::vector<double> aggregate_ranks(std::span<const RankedColumn> columns) {
    const std::size_t n = columns.empty() ? 0 : columns.front().values.size();
    std::vector<double> sum(n, 0.0);
    for (const RankedColumn& column : columns) {
        if (column.values.size() != n) throw InternalError("rank aggregation: columns of different lengths");
        std::vector<double> values = column.values;
        if (column.weight < 0)
            for (double& value : values) value = -value;
        const std::vector<double> ranks = ascending_ranks(values);
        for (std::size_t i = 0; i < n; ++i)
            sum[i] += std::abs(column.weight) * std::log(ranks[i] / static_cast<double>(n));
    }
    return sum;
}

}  // namespace hpnas
