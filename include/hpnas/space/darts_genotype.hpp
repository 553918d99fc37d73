#pragma once
#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace hpnas {

/// What a slot of a DARTS cell can do, in UNAS's order: spaces offer the first 3, 4, 5 or 7.
enum class DartsOperation : std::uint8_t {
    skip_connect,
    sep_conv_3x3,
    max_pool_3x3,
    dil_conv_3x3,
    sep_conv_5x5,
    avg_pool_3x3,
    sep_conv_7x7
};
inline constexpr std::size_t n_darts_operations = 7;

/// "sep_conv_3x3".
std::string_view to_string(DartsOperation operation) noexcept;

/// An operation and the value it reads: 0 and 1 are the outputs of the two cells before (0 the older), 2 + i is node i.
struct DartsSlot {
    std::int8_t input = 0;
    DartsOperation operation = DartsOperation::skip_connect;
    friend auto operator<=>(const DartsSlot&, const DartsSlot&) = default;
};

inline constexpr std::size_t n_darts_nodes = 4, n_darts_slots = 2;
/// Four nodes, each the sum of two slots; the output is the four nodes side by side.
using DartsCell = std::array<std::array<DartsSlot, n_darts_slots>, n_darts_nodes>;

/// The two cells that a network repeats. Source of the cells: Liu, Simonyan, Yang, ICLR 2019; of the two slots per node
/// with independent input and operation: Vahdat et al. (UNAS), CVPR 2020.
struct DartsGenotype {
    DartsCell normal{}, reduce{};
    friend bool operator==(const DartsGenotype&, const DartsGenotype&) = default;
};

/// Reads "normal|sep_conv_5x5~0|skip_connect~0|+|...|,reduce|...|": per node "|operation~input|operation~input|"; or a
/// published genotype's name: unas_cifar10, unas_cifar100, unas_imagenet. @throws EncodingError saying what was
/// expected
DartsGenotype genotype_from_text(std::string_view text);
/// genotype_from_text's form.
std::string to_text(const DartsGenotype& genotype);
/// One cell of it: "|sep_conv_5x5~0|skip_connect~0|+|...|".
std::string to_text(const DartsCell& cell);

}  // namespace hpnas
