#pragma once
#include <span>
#include <vector>

namespace hpnas {

/// One column of a population: a score's value per network, larger is better; NaN: not defined.
struct RankedColumn {
    std::vector<double> values;
    double weight = 1;  ///< below 0: smaller values are better
};

/// Ranks in (0, n], ascending with the value: the worst has 1, the best n, equal values the mean of their ranks, NaN
/// all share the lowest.
std::vector<double> ascending_ranks(std::span<const double> values);

/// Non-linear rank aggregation: sum over the columns of abs(weight) * ln(rank / n); 0 is best in everything. A bad rank
/// in one column costs more than a good one in another gains.
/// @return [networks]  @throws InternalError if the columns differ in length
/// Source: Lee and Ham, AZ-NAS, CVPR 2024 (equal weights).
std::vector<double> aggregate_ranks(std::span<const RankedColumn> columns);

}  // namespace hpnas
