#include "hpnas/space/builtin.hpp"

#include <array>

#include "hpnas/core/error.hpp"
#include "hpnas/space/asr_space.hpp"
#include "hpnas/space/bert_space.hpp"
#include "hpnas/space/darts_cell_space.hpp"
#include "hpnas/space/five_layer_space.hpp"
#include "hpnas/space/flexibert_space.hpp"
#include "hpnas/space/layer_list_space.hpp"
#include "hpnas/space/mbconv_space.hpp"
#include "hpnas/space/nasbench201_space.hpp"
#include "hpnas/space/plainnet_space.hpp"
#include "hpnas/space/space_file.hpp"
#include "hpnas/space/staged_space.hpp"
#include "hpnas/space/tabular_space.hpp"
#include "hpnas/space/transformer_space.hpp"
#include "hpnas/space/vit_space.hpp"

namespace hpnas {
namespace {

using Entry = Registry<SearchSpace, TaskShape>::Entry;

ConfigNode scalar_node(const std::string& text) {
    ConfigNode node;
    node.kind = ConfigNode::Kind::scalar;
    node.scalar = text;
    return node;
}

/// What a run may say about a space that is written in a file.
struct FileSpaceOptions {
    ConfigNode file;
    StagedChanges changes;

    /// @param default_file  empty: the key `file` is required
    void visit(OptionVisitor& v, const std::string& default_file, bool staged) {
        static constexpr std::array<std::string_view, 3> paddings{"", "half", "as_built"};
        if (file.kind == ConfigNode::Kind::null && !default_file.empty()) file = scalar_node(default_file);
        v.subtree({.name = "file",
                   .doc = "YAML file of the space, looked for beside this file, then among the installed ones; or its "
                          "content, as runs store it",
                   .required = default_file.empty()},
                  file);
        v.choice({"padding", "strided fused_irb: half keeps sizes even, as_built is as published; empty: the file's"},
                 changes.padding, paddings);
        if (!staged) return;
        v.text({"profile", "profile of the file; empty: its default"}, changes.profile);
        v.subtree({"override", "map of new values, e.g. {head.filters: 1984, stage0.activation: relu}"},
                  changes.overrides);
        v.subtree({"fix", "map of slots to the choices that remain, e.g. {resolution: 224}"}, changes.fix);
    }
};

/// What the key `file` stands for. @throws ConfigError
ConfigNode content_of(const ConfigNode& file) {
    if (file.kind != ConfigNode::Kind::scalar) return file;
    return load_yaml(find_space_file(file.scalar, file.where));
}

/// The space that a file's content describes, or nullptr after diagnostics.
std::unique_ptr<SearchSpace> make_staged(const ConfigNode& node, const FileSpaceOptions& options, const TaskShape& task,
                                         Diagnostics& diagnostics) {
    const std::size_t before = diagnostics.lines().size();
    StagedSpec spec = read_staged_spec(node, "", options.changes, diagnostics);
    if (diagnostics.lines().size() != before) return nullptr;
    return std::make_unique<StagedSpace>(std::move(spec), task);
}

std::unique_ptr<SearchSpace> make_layer_lists(const ConfigNode& node, const FileSpaceOptions& options,
                                              const TaskShape& task, Diagnostics& diagnostics) {
    const std::size_t before = diagnostics.lines().size();
    std::vector<StagedSpec> networks = read_layer_lists(node, options.changes.padding, diagnostics);
    if (diagnostics.lines().size() != before) return nullptr;
    const ConfigNode* name = node.find("name");
    return std::make_unique<LayerListSpace>(name != nullptr ? name->scalar : "layers", std::move(networks), task);
}

Entry file_space(std::string name, std::string doc, const std::string& default_file, bool staged) {
    return {
        std::move(name), std::move(doc), [=](OptionVisitor& v) { FileSpaceOptions{}.visit(v, default_file, staged); },
        [=](const ConfigNode& node, std::string_view path, Diagnostics& diagnostics,
            TaskShape task) -> std::unique_ptr<SearchSpace> {
            const std::size_t before = diagnostics.lines().size();
            FileSpaceOptions options;
            const ConfigNode none{ConfigNode::Kind::null, node.where, {}, false, {}, {}};
            read_options(node.kind == ConfigNode::Kind::map ? node : none, path, diagnostics, {"name"},
                         [&](OptionVisitor& v) { options.visit(v, default_file, staged); });
            if (diagnostics.lines().size() != before) return nullptr;
            try {
                const ConfigNode content = content_of(options.file);
                return staged ? make_staged(content, options, task, diagnostics)
                              : make_layer_lists(content, options, task, diagnostics);
            } catch (
                const ConfigError& error) {  // the message says where; other mistakes of the run are still to be found
                diagnostics.add({}, "", error.what());
                return nullptr;
            }
        }};
}

/// A space that is written in code. As registry_entry, but a task that does not fit is a diagnostic.
template <class Space, class Options>
Entry code_space(std::string name, std::string doc) {
    Entry entry = registry_entry<SearchSpace, Space, Options, TaskShape>(std::move(name), std::move(doc));
    entry.make = [make = std::move(entry.make)](const ConfigNode& node, std::string_view path, Diagnostics& diagnostics,
                                                TaskShape task) -> std::unique_ptr<SearchSpace> {
        try {
            return make(node, path, diagnostics, task);
        } catch (const ConfigError& error) {
            diagnostics.add(node.where, path, error.what());
            return nullptr;
        }
    };
    return entry;
}

}  // namespace

const Registry<SearchSpace, TaskShape>& spaces() {
    static const Registry<SearchSpace, TaskShape> registry(
        "space",
        {
            file_space("staged", "stages of blocks, described in a YAML file of yours", "", true),
            file_space("gpunet", "GPUNet's 41 slots (profiles table1, extended)", "gpunet.yaml", true),
            file_space("gpunet_cifar", "GPUNet's stages for images of 32 to 64 pixels", "gpunet_cifar.yaml", true),
            file_space("smoke", "a few hundred tiny networks, for tests", "smoke.yaml", true),
            file_space("layers", "networks written out in a YAML file of yours", "", false),
            file_space("gpunet_networks", "the seven published GPUNets", "gpunet_networks.yaml", false),
            code_space<NasBench201Space, NasBench201Options>("nasbench201", "the 15,625 cells of NAS-Bench-201"),
            code_space<DartsCellSpace, DartsCellOptions>("darts_cell", "UNAS's two cells of four nodes with two slots"),
            code_space<MbconvSpace, MbconvOptions>("mbconv", "UNAS's 21 inverted residual layers"),
            code_space<FiveLayerSpace, FiveLayerOptions>("five_layer",
                                                         "a chain of convolutions and maxima, for studies"),
            code_space<AsrSpace, AsrOptions>("asr", "DE-NAS's speech transformers"),
            code_space<TransformerSpace, TransformerOptions>("transformer", "transformer encoders with any ranges"),
            code_space<PlainNetSpace, PlainNetOptions>(
                "plainnet", "structure strings of Zen-NAS and DE-NAS; counts num_layers, model_size, flops"),
            code_space<VitSpace, VitOptions>("vit", "vision transformers of AutoFormer and DE-NAS"),
            code_space<BertSpace, BertOptions>("bert", "BERT encoders of equal layers, as DE-NAS searches them"),
            code_space<FlexibertSpace, FlexibertOptions>("flexibert",
                                                         "BERT encoders of unequal layers: FlexiBERT, NAS-Bench-BERT"),
            code_space<TabularSpace, TabularOptions>("tabular", "words over given symbols, for objective `table`"),
        });
    return registry;
}

ConfigNode resolve_space(const ConfigNode& node, std::string_view path, Diagnostics& diagnostics) {
    ConfigNode resolved = spaces().resolve(node, path, diagnostics);
    ConfigNode* file = resolved.find("file");
    if (file == nullptr) return resolved;
    try {
        *file = content_of(*file);
    } catch (const ConfigError& error) {  // the message says where; other mistakes of the run are still to be found
        diagnostics.add({}, "", error.what());
    }
    return resolved;
}

}  // namespace hpnas
