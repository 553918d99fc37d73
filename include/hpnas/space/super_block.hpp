#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hpnas/space/residual_unit.hpp"

namespace hpnas {

/// A type of super-block by the field's name: SuperConvK3BNRELU, SuperResK5K5, SuperResK1K5K1, SuperResIDWE4K7.
struct SuperBlockType {
    std::string name;
    UnitKind kind = UnitKind::conv;
    std::int64_t kernel = 1;
    std::int64_t expansion = 0;  ///< inverted only: inner channels / output channels of a unit
};

/// All types: SuperConvK{1,3,5,7}BNRELU, SuperResK{3,5,7}K{3,5,7} (equal kernels), SuperResK1K{3,5,7}K1,
/// SuperResIDWE{1,2,4,6}K{3,5,7}. Their order is part of the file format: new ones go to the end.
std::span<const SuperBlockType> super_block_types();

/// A run of layers of one type. A structure is a list of them; the input channels are the output channels of the one
/// before. Source: Lin et al., Zen-NAS, ICCV 2021; Intel DE-NAS.
struct SuperBlock {
    std::size_t type = 0;  ///< position in super_block_types()
    std::int64_t out = 1;
    std::int64_t stride = 1;      ///< of the first layer
    std::int64_t bottleneck = 0;  ///< inner channels; 0 for SuperConv
    std::int64_t layers = 1;      ///< "sub-layers"
    friend bool operator==(const SuperBlock&, const SuperBlock&) = default;
};

/// Reads a structure string, a concatenation of Name(in,out,stride,layers) for SuperConv and
/// Name(in,out,stride,bottleneck,layers) for SuperRes; a "label|" before the numbers and blanks between super-blocks
/// are skipped.
/// @param input_channels  what the first super-block must read
/// @throws EncodingError naming the super-block
std::vector<SuperBlock> structure_from_text(std::string_view text, std::int64_t input_channels);
/// structure_from_text's form.
std::string to_text(std::span<const SuperBlock> structure, std::int64_t input_channels);

/// The units of a super-block: one per layer of SuperConv and SuperResKxKx; two per layer of the others, of which
/// SuperResIDWE's first ends in `bottleneck` channels. The first layer's first unit has the stride and a projected
/// shortcut; other shortcuts are projected only where channels change.
/// @param se  squeeze-and-excitation of a quarter of the channels in every SuperResIDWE unit
std::vector<ResidualUnit> super_block_units(const SuperBlock& block, bool se);

}  // namespace hpnas
