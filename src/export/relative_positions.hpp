#pragma once
#include <cstdint>
#include <vector>

namespace hpnas {

/// Which rows of the tables of relative positions (op/attention.hpp) queries and keys meet at, arranged for matrix
/// products and one Gather per table, whatever the batch. The rows of the horizontal table count behind those of the
/// vertical one, so there are 2 R rows with R = 2 max_distance + 2.
///
/// Keys that meet every query at the same row of a table form a class (a row of the grid for the vertical table, a
/// column for the horizontal one, the first token): there are about 2 sqrt(S) classes G. So
/// logits[i, j] += sum_g (q_i . table[row(i, g)]) members[g, j], and with sums[i, g] = sum_j p[i, j] members[g, j]
/// the products with the value tables are dst_i += sum_r (sum over g of sums[i, g] with row(i, g) = r) table[r].
struct RelativePositions {
    std::int64_t tokens = 0, rows = 0, classes = 0;  ///< L = S, 2 R, G
    std::vector<std::int64_t> key_index;             ///< [L, G] of i * 2 R + row(i, g)
    std::vector<float> members;                      ///< [G, S] zeros and ones
    std::vector<float> member_columns;      ///< [S, G + 2]: the transposed, then a column of ones and one of zeros
    std::int64_t terms = 1;                 ///< K
    std::vector<std::int64_t> value_index;  ///< [L, 2 R, K] of i * (G + 2) + column, to be summed over K
};

RelativePositions relative_positions(std::int64_t tokens, std::int64_t max_distance);

}  // namespace hpnas
