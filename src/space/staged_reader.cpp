#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "hpnas/space/staged_changes.hpp"

namespace hpnas {
namespace {

constexpr std::array<std::string_view, 3> stage_blocks{"conv", "fused_irb", "irb"};
constexpr std::array<std::string_view, 2> head_activations{"relu", "swish"};
constexpr std::array<std::string_view, 2> paddings{"half", "as_built"};

/// A stage's YAML, before its attributes are read.
struct StageNode {
    std::string label, block;
    std::int64_t stride = 1, convs = 1;
    ConfigNode filters, kernel, expansion, se, activation, layers;

    void visit(OptionVisitor& v) {
        v.text({"label", "name of the stage in slots and weights; default: its position"}, label);
        v.choice({.name = "block", .doc = "kind of block", .required = true}, block, stage_blocks);
        v.integer({"stride", "of the first layer", 1, 8}, stride);
        v.integer({"convs", "conv only: convolutions per block", 1, 16}, convs);
        v.subtree({.name = "filters", .doc = "output channels, or {same_as: label}", .required = true}, filters);
        v.subtree({.name = "kernel", .doc = "side of the kernel", .required = true}, kernel);
        v.subtree({"expansion", "inner / input channels; irb and fused_irb only"}, expansion);
        v.subtree({"se", "squeeze-and-excitation; irb and fused_irb only; default false"}, se);
        v.subtree({.name = "activation", .doc = "relu, swish", .required = true}, activation);
        v.subtree({"layers", "blocks in the stage; default 1"}, layers);
    }
};

/// The top level of a space, before its parts are read.
struct SpaceNode {
    std::string profile, padding = "half";
    ConfigNode profiles, resolution, stages, head;

    void visit(OptionVisitor& v, StagedSpec& spec) {
        v.text({.name = "name", .doc = "name of the space"}, spec.name);
        v.text({"doc", "one line"}, spec.doc);
        v.text({"profile", "profile applied unless another is asked for"}, profile);
        v.subtree({"profiles", "map of names to overrides"}, profiles);
        v.choice({"padding", "of strided fused_irb convolutions"}, padding, paddings);
        v.number({"bn_eps", "of every batch norm", 1e-12, 1}, spec.bn_eps);
        v.number({"se_ratio", "hidden channels of squeeze-and-excitation / input channels", 1e-3, 16}, spec.se_ratio);
        v.integer({"round_to", "inner widths are multiples of this; 0: exact", 0, 1024}, spec.round_to);
        v.number({"drop_path", "largest rate; grows linearly with depth", 0, 0.99}, spec.drop_path);
        v.subtree({.name = "resolution", .doc = "height and width of the input", .required = true}, resolution);
        v.subtree({.name = "stages", .doc = "list of stages", .required = true}, stages);
        v.subtree({"head", "classifier"}, head);
        spec.as_built = padding == "as_built";
    }
};

struct HeadNode {
    std::string activation = "relu";
    void visit(OptionVisitor& v, HeadSpec& head) {
        v.integer({"filters", "width before pooling", 1, 65536}, head.filters);
        v.integer({"features", "width of a linear layer after pooling; 0: none", 0, 65536}, head.features);
        v.number({"dropout", "rate before the classifier", 0, 0.99}, head.dropout);
        v.choice({"activation", "relu, swish"}, activation, head_activations);
        head.activation = activation_from(activation);
    }
};

double smallest(const Attribute& attribute) {
    return *std::min_element(attribute.values.begin(), attribute.values.end());
}
double largest(const Attribute& attribute) {
    return *std::max_element(attribute.values.begin(), attribute.values.end());
}

/// Reads a space; collects mistakes.
class StagedReader {
public:
    StagedReader(std::string path, Diagnostics& diagnostics)
        : prefix_(path.empty() ? "" : path + "."), path_(std::move(path)), diagnostics_(diagnostics) {}

    StagedSpec read(const ConfigNode& node) {
        SpaceNode space;
        read_options(node, path_, diagnostics_, {}, [&](OptionVisitor& v) { space.visit(v, spec_); });
        attribute(space.resolution, prefix_ + "resolution", "resolution", spec_.resolution);
        if (space.stages.kind == ConfigNode::Kind::sequence && !space.stages.sequence.empty()) {
            for (const ConfigNode& stage : space.stages.sequence) read_stage(stage);
        } else if (space.stages.kind != ConfigNode::Kind::null || node.find("stages") != nullptr) {
            diagnostics_.add(space.stages.where, prefix_ + "stages", "expected a list of at least one stage");
        }
        HeadNode head;
        read_options(space.head, prefix_ + "head", diagnostics_, {},
                     [&](OptionVisitor& v) { head.visit(v, spec_.head); });
        check_labels(space.stages);
        check_sizes(space.resolution);
        return std::move(spec_);
    }

private:
    /// Reads one attribute if it is given. @return whether it has values now
    bool attribute(const ConfigNode& node, const std::string& path, std::string_view key, Attribute& target) {
        if (node.kind == ConfigNode::Kind::null && node.where.line == 0) return false;
        const std::optional<Attribute> read = read_attribute(node, path, attribute_rule(key), diagnostics_);
        if (read) target = *read;
        return read.has_value();
    }

    void fail(const ConfigNode& node, std::string_view key, std::string_view message) {
        diagnostics_.add(node.where, fmt::format("{}stages.{}.{}", prefix_, spec_.stages.size(), key), message);
    }

    void read_stage(const ConfigNode& node) {
        const std::string path = fmt::format("{}stages.{}", prefix_, spec_.stages.size());
        StageNode own;
        read_options(node, path, diagnostics_, own);
        StageSpec stage;
        stage.label = stage_label(node, spec_.stages.size());
        stage.block = own.block == "irb"    ? BlockKind::irb
                      : own.block == "conv" ? BlockKind::conv
                                            : BlockKind::fused_irb;
        stage.stride = own.stride;
        stage.convs = own.convs;
        attribute(own.kernel, path + ".kernel", "kernel", stage.kernel);
        attribute(own.activation, path + ".activation", "activation", stage.activation);
        stage.layers.values = {1};
        attribute(own.layers, path + ".layers", "layers", stage.layers);
        read_filters(own.filters, path, stage);
        read_expansion(node, own, path, stage);
        check_layers(own.layers, stage);
        spec_.stages.push_back(std::move(stage));
    }

    void read_filters(const ConfigNode& node, const std::string& path, StageSpec& stage) {
        const ConfigNode* same_as = node.find("same_as");
        if (same_as == nullptr) {
            attribute(node, path + ".filters", "filters", stage.filters);
            return;
        }
        if (node.map.size() != 1) fail(node, "filters", "same_as stands alone: expected {same_as: label}");
        const auto& before = spec_.stages;
        const auto source =
            std::find_if(before.begin(), before.end(), [&](const StageSpec& s) { return s.label == same_as->scalar; });
        if (source == before.end()) {
            fail(*same_as, "filters.same_as",
                 fmt::format("expected the label of an earlier stage, got '{}'", same_as->scalar));
        } else if (source->filters_of) {
            fail(*same_as, "filters.same_as",
                 fmt::format("stage {} takes its own filters from another stage: name that one", source->label));
        } else if (smallest(source->layers) == 0) {
            fail(*same_as, "filters.same_as",
                 fmt::format("stage {} can be empty, so its filters can be undefined", source->label));
        } else {
            stage.filters_of = static_cast<std::size_t>(source - before.begin());
        }
    }

    void read_expansion(const ConfigNode& node, const StageNode& own, const std::string& path, StageSpec& stage) {
        if (own.block == "conv") {
            if (node.find("expansion") != nullptr) fail(own.expansion, "expansion", "has no meaning for block conv");
            if (node.find("se") != nullptr) fail(own.se, "se", "has no meaning for block conv");
            return;
        }
        if (own.convs != 1) fail(*node.find("convs"), "convs", fmt::format("has no meaning for block {}", own.block));
        const bool given = node.find("expansion") != nullptr;
        if (!given && !own.block.empty()) fail(node, "expansion", fmt::format("is required for block {}", own.block));
        attribute(own.expansion, path + ".expansion", "expansion", stage.expansion);
        stage.se.values = {0};
        attribute(own.se, path + ".se", "se", stage.se);
    }

    void check_layers(const ConfigNode& node, const StageSpec& stage) {
        if (smallest(stage.layers) > 0) return;
        if (spec_.stages.empty()) fail(node, "layers", "the first stage cannot be left out: expected at least 1 layer");
        if (stage.stride > 1)
            fail(node, "layers",
                 fmt::format("a stage with stride {} cannot be left out: expected at least 1 layer", stage.stride));
        if (largest(stage.layers) == 0) fail(node, "layers", "the stage would always be left out: remove it");
    }

    /// Labels are parts of names; where a stage has slots they must not be shared.
    void check_labels(const ConfigNode& stages) {
        std::set<std::string> seen;
        const auto searched = [](const StageSpec& s) {
            return s.filters.searched || s.kernel.searched || s.expansion.searched || s.se.searched ||
                   s.activation.searched || s.layers.searched;
        };
        for (std::size_t i = 0; i < spec_.stages.size(); ++i) {
            const StageSpec& stage = spec_.stages[i];
            const std::string at = fmt::format("{}stages.{}.label", prefix_, i);
            const Location& where = stages.sequence[i].where;
            if (stage.label.empty() ||
                stage.label.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") != std::string::npos)
                diagnostics_.add(where, at,
                                 fmt::format("expected lower-case letters, digits and '_', got '{}'", stage.label));
            const auto same = [&](const StageSpec& other) { return other.label == stage.label && searched(other); };
            if (!seen.insert(stage.label).second && std::any_of(spec_.stages.begin(), spec_.stages.end(), same))
                diagnostics_.add(where, at,
                                 fmt::format("'{}' is there twice, and names searched attributes", stage.label));
        }
    }

    /// The smallest image must survive all strides.
    void check_sizes(const ConfigNode& resolution) {
        if (spec_.resolution.values.empty()) return;
        const double size = smallest(spec_.resolution);
        double stride = 1, left = size;
        for (const StageSpec& stage : spec_.stages) {
            stride *= static_cast<double>(stage.stride);
            if (stage.kernel.values.empty()) continue;
            const bool unpadded = spec_.as_built && stage.block == BlockKind::fused_irb && stage.stride > 1;
            if (unpadded) left -= largest(stage.kernel) - 1;
            left = left <= 0 ? 0 : std::ceil(left / static_cast<double>(stage.stride));
        }
        if (size < stride || left < 1)
            diagnostics_.add(resolution.where, prefix_ + "resolution",
                             fmt::format("{} is too small for this space's total stride of {}", size, stride));
    }

    std::string prefix_, path_;
    Diagnostics& diagnostics_;
    StagedSpec spec_;
};

/// Numbers the slots.
void collect_decisions(StagedSpec& spec) {
    for_each_attribute(spec, [&](const std::string& slot, const AttributeRule& rule, Attribute& attribute) {
        if (!attribute.searched) return;
        attribute.slot = spec.decisions.size();
        spec.decisions.push_back({slot, attribute.values, rule.ordered});
    });
}

}  // namespace

StagedSpec read_staged_spec(const ConfigNode& node, const std::string& path, const StagedChanges& changes,
                            Diagnostics& diagnostics) {
    const std::size_t before = diagnostics.lines().size();
    ConfigNode changed = with_overrides(node, path, changes, diagnostics);
    if (diagnostics.lines().size() != before) return {};
    StagedSpec spec = StagedReader(path, diagnostics).read(changed);
    if (diagnostics.lines().size() != before) return spec;
    apply_fix(spec, changes.fix, diagnostics);
    collect_decisions(spec);
    return spec;
}

}  // namespace hpnas
