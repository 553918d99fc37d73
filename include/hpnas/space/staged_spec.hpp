#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hpnas/config/node.hpp"
#include "hpnas/config/options.hpp"
#include "hpnas/search/candidate.hpp"
#include "hpnas/space/block.hpp"

namespace hpnas {

/// An attribute of a stage: fixed to one value, or searched, which makes it a slot of the encoding.
struct Attribute {
    std::vector<double> values;  ///< at least one; activations as their position in staged_activations()
    bool searched = false;
    std::optional<std::size_t> slot;  ///< set exactly if searched
    /// The value that `x` chooses.
    double at(const Encoding& x) const { return values[slot ? static_cast<std::size_t>(x[*slot]) : 0]; }
};

/// What a stage may be told to activate with; the value view and Decision::values count them 0 relu, 1 swish.
std::span<const Activation> staged_activations() noexcept;

/// A run of blocks of equal configuration; only the first has the stride and the change of width.
struct StageSpec {
    std::string label;  ///< "2": its slots are "stage2.filters", ..., its blocks "stages.2.blocks.0", ...
    BlockKind block = BlockKind::conv;
    std::int64_t stride = 1;
    std::int64_t convs = 1;
    Attribute filters, kernel, expansion, se, activation, layers;
    std::optional<std::size_t> filters_of;  ///< the stage whose filters these are, instead of `filters`
};

/// The classifier at the end; fixed.
struct HeadSpec {
    std::int64_t filters = 1280;
    std::int64_t features = 0;
    double dropout = 0.2;
    Activation activation = Activation::relu;
};

/// A stage-based search space as written in YAML (grammar: src/space/README.md). With every attribute fixed it is one
/// network.
struct StagedSpec {
    std::string name;
    std::string doc;
    Attribute resolution;
    std::vector<StageSpec> stages;
    HeadSpec head;
    bool as_built =
        false;  ///< 3x3 and larger convolutions of strided fused_irb blocks have no padding, as GPUNet was published
    double bn_eps = 1e-3;
    double se_ratio = 0.25;     ///< hidden channels of squeeze-and-excitation / input channels of the block
    std::int64_t round_to = 8;  ///< inner widths are multiples of this; 0: in * expansion, rounded to an integer
    double drop_path = 0;       ///< rate that grows linearly along the network up to this value

    /// The slots, in the order of the encoding: resolution, then stage by stage filters, kernel, expansion, se,
    /// activation, layers; only what is searched.
    std::vector<Decision> decisions;
};

/// What a run may change in a space file.
struct StagedChanges {
    std::string profile{};   ///< a name under `profiles`; empty: the file's default
    std::string padding{};   ///< "half" or "as_built"; empty: the file's
    ConfigNode overrides{};  ///< map of dotted key to new value, e.g. "stage4.filters": {from: 96, to: 256, step: 16}
    ConfigNode fix{};        ///< map of slot name to the value or the values that remain, e.g. resolution: 224
};

/// Reads a space from its YAML map. Every mistake becomes a diagnostic with file:line; the result is usable only if
/// there was none.
/// @param path  dotted path of `node`, for messages; may be empty
StagedSpec read_staged_spec(const ConfigNode& node, const std::string& path, const StagedChanges& changes,
                            Diagnostics& diagnostics);

/// The block of layer 0 (`first`) or a later layer of a stage. @param input_channels  of the value that arrives
BlockSpec stage_block(const StagedSpec& spec, std::size_t stage, const Encoding& x, std::int64_t input_channels,
                      bool first);
/// Width of a stage's output.
std::int64_t stage_filters(const StagedSpec& spec, std::size_t stage, const Encoding& x);
BlockSpec head_block(const StagedSpec& spec, std::int64_t classes);

}  // namespace hpnas
