#include "hpnas/graph/token_selection.hpp"

#include <map>

#include "hpnas/op/activate.hpp"
#include "hpnas/op/add.hpp"
#include "hpnas/op/drop_path.hpp"
#include "hpnas/op/layer_norm.hpp"
#include "hpnas/op/linear.hpp"
#include "hpnas/op/select_token.hpp"

namespace hpnas {
namespace {

bool takes_each_token_alone(const NetworkEditor& editor, NodeId id) {
    if (editor.node(id).op == nullptr || editor.node(id).shape.rank() != 2) return false;
    if (const auto* norm = editor.as<LayerNorm>(id)) return norm->attributes().axes == 1;
    return editor.as<Linear>(id) != nullptr || editor.as<Add>(id) != nullptr || editor.as<Activate>(id) != nullptr ||
           editor.as<DropPath>(id) != nullptr;
}

/// Which values up to the one that `selection` reads are needed for its token alone.
std::vector<bool> needed_for_one_token(const NetworkEditor& editor, NodeId selection) {
    const NodeId last = editor.source(selection);
    std::vector<bool> narrowed(static_cast<std::size_t>(last) + 1, false);
    std::vector<int> reads(narrowed.size(), 0);  // by the selection or by narrowed nodes
    reads.back() = 1;
    for (NodeId id = last; id >= 0; --id) {
        const auto i = static_cast<std::size_t>(id);
        narrowed[i] = reads[i] > 0 && reads[i] == editor.readers(id) && takes_each_token_alone(editor, id);
        if (!narrowed[i]) continue;
        for (const NodeId input : editor.node(id).inputs) ++reads[static_cast<std::size_t>(input)];
    }
    return narrowed;
}

void select_early(NetworkEditor& editor, NodeId selection) {
    const std::vector<bool> narrowed = needed_for_one_token(editor, selection);
    if (!narrowed.back()) return;
    const Node original = editor.node(selection);
    std::map<NodeId, NodeId> selected;
    for (NodeId id = 0; id <= original.inputs[0]; ++id) {
        if (!narrowed[static_cast<std::size_t>(id)]) continue;
        std::vector<NodeId> inputs = editor.node(id).inputs;
        for (NodeId& input : inputs) {
            if (narrowed[static_cast<std::size_t>(input)]) continue;
            const auto [place, is_new] = selected.try_emplace(input, -1);
            if (is_new) place->second = editor.append(original.name + "." + editor.node(input).name, original.op, input);
            input = place->second;
        }
        editor.rewire(id, std::move(inputs));
    }
    editor.bypass(selection);
}

}  // namespace

void select_tokens_early(NetworkEditor& editor) {
    const NodeId n = editor.size();
    for (NodeId id = 0; id < n; ++id)
        if (editor.as<SelectToken>(id) != nullptr) select_early(editor, id);
}

}  // namespace hpnas
