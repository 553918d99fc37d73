#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hpnas/graph/network.hpp"

namespace hpnas {

/// What an edge of a NAS-Bench-201 cell can be, in the order of the benchmark.
enum class CellOperation : std::uint8_t { none, skip_connect, nor_conv_1x1, nor_conv_3x3, avg_pool_3x3 };

/// The benchmark's names: "nor_conv_3x3".
std::string_view to_string(CellOperation operation) noexcept;
inline constexpr std::size_t n_cell_operations = 5;

/// A cell: nodes 0 (input) to 3 (output), an operation on each edge 0-1, 0-2, 1-2, 0-3, 1-3, 2-3; a node is the sum of
/// what arrives. Source: Dong, Yang, ICLR 2020.
using Cell = std::array<CellOperation, 6>;

/// A node of a cell as position in Cell: the edge from -> to. @pre 0 <= from < to <= 3
constexpr std::size_t cell_edge(std::size_t from, std::size_t to) noexcept { return to * (to - 1) / 2 + from; }

/// Reads "|nor_conv_3x3~0|+|none~0|skip_connect~1|+|none~0|none~1|avg_pool_3x3~2|". @throws EncodingError saying what
/// was expected where
Cell cell_from_text(std::string_view text);
/// cell_from_text's form.
std::string to_text(const Cell& cell);

/// One value computed in a cell. Value 0 is the cell's input, step i computes value i + 1.
struct CellStep {
    enum class Kind : std::uint8_t { identity, zero, conv1x1, conv3x3, pool, add };
    Kind kind = Kind::identity;
    std::int8_t a = 0, b = 0;  ///< values read; b by additions only
    std::int8_t edge = -1;     ///< position in Cell that asked for it; no part of the computation
    friend bool operator==(const CellStep& x, const CellStep& y) {
        return x.kind == y.kind && x.a == y.a && x.b == y.b;
    }
};

/// The computation of a cell, the last step being its output. A skip connection is its source, `none` is nothing, and
/// so are sums, skips and pools of nothing; a convolution of nothing reads a zero step, because its batch norm's shift
/// remains. Steps that nothing reads end in a zero step added to the output: they count as in the benchmark. Cells of
/// equal steps are the same network (the converse holds except for renumbered nodes).
std::vector<CellStep> cell_steps(const Cell& cell);

/// Adds the cell's nodes under the builder's open scope as one block. Convolutions are ReLU, convolution without bias,
/// batch norm; they and the pool keep size and channels. @return the block's output
NodeId append_cell(NetworkBuilder& builder, NodeId input, const Cell& cell);

}  // namespace hpnas
