#include "hpnas/graph/passes.hpp"

#include <algorithm>
#include <optional>

#include "hpnas/graph/network_editor.hpp"
#include "hpnas/graph/token_selection.hpp"
#include "hpnas/op/activate.hpp"
#include "hpnas/op/add.hpp"
#include "hpnas/op/conv2d.hpp"
#include "hpnas/op/drop_path.hpp"
#include "hpnas/op/dropout.hpp"
#include "hpnas/op/linear.hpp"

namespace hpnas {
namespace {

bool fusable(Activation kind) { return kind == Activation::relu || kind == Activation::swish; }

void bypass_randomness(NetworkEditor& editor) {
    for (NodeId id = 0; id < editor.size(); ++id) {
        const auto* path = editor.as<DropPath>(id);
        if (path != nullptr && path->attributes().residual) {
            editor.replace_operator(id, make_add());
        } else if (path != nullptr || editor.as<Dropout>(id) != nullptr) {
            editor.bypass(id);
        }
    }
}

/// Merges `branch` (one operand of the addition `id`, `other` being the other one) into the addition if it is of a kind
/// that takes a residual input.
bool merge_into_add(NetworkEditor& editor, NodeId id, NodeId branch, NodeId other) {
    if (branch == other || !editor.only_read_once(branch)) return false;
    const Activation activation = editor.as<Add>(id)->attributes().activation;
    if (const auto* norm = editor.as<BatchNorm>(branch)) {
        BatchNormAttributes a = norm->attributes();
        if (a.residual || a.activation != Activation::none) return false;
        a.residual = true;
        a.activation = activation;
        editor.merge(branch, id, make_batch_norm(a), {editor.source(branch), other});
        return true;
    }
    if (const auto* path = editor.as<DropPath>(branch)) {
        if (path->attributes().residual || activation != Activation::none) return false;
        editor.merge(branch, id, make_drop_path({path->attributes().rate, true}), {editor.source(branch), other});
        return true;
    }
    if (const auto* convolution = editor.as<Conv2d>(branch)) {
        Conv2dAttributes a = convolution->attributes();
        if (a.residual || a.activation != Activation::none) return false;
        a.residual = true;
        a.activation = activation;
        editor.merge(branch, id, make_conv2d(a), {editor.source(branch), other});
        return true;
    }
    if (const auto* linear = editor.as<Linear>(branch)) {
        LinearAttributes a = linear->attributes();
        if (a.residual || a.activation != Activation::none) return false;
        a.residual = true;
        a.activation = activation;
        editor.merge(branch, id, make_linear(a), {editor.source(branch), other});
        return true;
    }
    return false;
}

/// The operator of node `id` followed by `activation`, or null if it cannot take one.
OperatorPtr with_activation(const NetworkEditor& editor, NodeId id, Activation activation, bool deployed) {
    const auto changed = [&](auto attributes, auto make) -> OperatorPtr {
        if (attributes.activation != Activation::none) return nullptr;
        attributes.activation = activation;
        return make(attributes);
    };
    if (const auto* norm = editor.as<BatchNorm>(id)) return changed(norm->attributes(), make_batch_norm);
    if (const auto* add = editor.as<Add>(id)) return changed(add->attributes(), make_add);
    if (!deployed) return nullptr;
    if (const auto* convolution = editor.as<Conv2d>(id)) return changed(convolution->attributes(), make_conv2d);
    if (const auto* linear = editor.as<Linear>(id)) return changed(linear->attributes(), make_linear);
    return nullptr;
}

/// Merges what precedes an addition or an activation into it.
void fuse_epilogues(NetworkEditor& editor, bool deployed) {
    for (NodeId id = 0; id < editor.size(); ++id) {
        if (!editor.alive(id)) continue;
        if (editor.as<Add>(id) != nullptr) {
            // The later operand first: the chain nearest to the addition need not move.
            const auto [early, late] = std::minmax({editor.source(id, 0), editor.source(id, 1)});
            const auto allowed = [&](NodeId branch) {
                return deployed || (editor.as<Conv2d>(branch) == nullptr && editor.as<Linear>(branch) == nullptr);
            };
            if (allowed(late) && merge_into_add(editor, id, late, early)) continue;
            if (allowed(early)) merge_into_add(editor, id, early, late);
        } else if (const auto* activate = editor.as<Activate>(id)) {
            const NodeId before = editor.source(id);
            if (!fusable(activate->kind()) || !editor.only_read_once(before)) continue;
            OperatorPtr op = with_activation(editor, before, activate->kind(), deployed);
            if (op != nullptr) editor.merge(before, id, std::move(op), editor.node(before).inputs);
        }
    }
}

/// Conv2d or Linear attributes with a bias and the epilogue of `norm`; null if `id` cannot take it.
OperatorPtr with_norm(const NetworkEditor& editor, NodeId id, const BatchNormAttributes& norm) {
    if (const auto* convolution = editor.as<Conv2d>(id)) {
        Conv2dAttributes a = convolution->attributes();
        if (a.residual || a.activation != Activation::none) return nullptr;
        a.bias = true;
        a.residual = norm.residual;
        a.activation = norm.activation;
        return make_conv2d(a);
    }
    if (const auto* linear = editor.as<Linear>(id)) {
        LinearAttributes a = linear->attributes();
        if (a.residual || a.activation != Activation::none) return nullptr;
        a.bias = true;
        a.residual = norm.residual;
        a.activation = norm.activation;
        return make_linear(a);
    }
    return nullptr;
}

void fold_norms(NetworkEditor& editor, std::vector<FoldedNorm>* folded) {
    for (NodeId id = 0; id < editor.size(); ++id) {
        const auto* norm = editor.alive(id) ? editor.as<BatchNorm>(id) : nullptr;
        if (norm == nullptr) continue;
        const BatchNormAttributes attributes = norm->attributes();
        const NodeId before = editor.source(id);
        OperatorPtr op = editor.only_read_once(before) ? with_norm(editor, before, attributes) : nullptr;
        if (op == nullptr) continue;
        if (folded != nullptr) folded->push_back({editor.node(before).name, editor.node(id).name, attributes});
        std::vector<NodeId> inputs = editor.node(id).inputs;
        inputs[0] = editor.source(before);
        editor.merge(before, id, std::move(op), std::move(inputs));
    }
}

/// Longest way from value `from` to each value up to `to`, in layers with weights; -1 where there is none.
std::vector<int> layers_between(const Network& network, NodeId from, NodeId to) {
    std::vector<int> layers(static_cast<std::size_t>(to) + 1, -1);
    layers[static_cast<std::size_t>(from)] = 0;
    for (NodeId id = from + 1; id <= to; ++id) {
        const Node& node = network.node(id);
        if (node.op == nullptr) continue;
        int longest = -1;
        for (const NodeId input : node.inputs) longest = std::max(longest, layers[static_cast<std::size_t>(input)]);
        const bool weighted = node.op->type() == "conv2d" || node.op->type() == "linear";
        if (longest >= 0) layers[static_cast<std::size_t>(id)] = longest + (weighted ? 1 : 0);
    }
    return layers;
}

/// Which values `id` depends on, itself included.
std::vector<bool> dependencies(const Network& network, NodeId id) {
    std::vector<bool> needed(static_cast<std::size_t>(id) + 1, false);
    needed.back() = true;
    for (NodeId at = id; at >= 0; --at) {
        if (!needed[static_cast<std::size_t>(at)]) continue;
        for (const NodeId input : network.node(at).inputs) needed[static_cast<std::size_t>(input)] = true;
    }
    return needed;
}

/// The operand of addition `id` with more layers behind the last value that both come from.
std::optional<std::size_t> deeper_operand(const Network& network, NodeId id) {
    const NodeId a = network.node(id).inputs[0], b = network.node(id).inputs[1];
    const std::vector<bool> of_a = dependencies(network, a), of_b = dependencies(network, b);
    NodeId common = std::min(a, b);
    while (common >= 0 && !(of_a[static_cast<std::size_t>(common)] && of_b[static_cast<std::size_t>(common)])) --common;
    if (common < 0) return std::nullopt;
    const std::vector<int> layers = layers_between(network, common, std::max(a, b));
    const int at_a = layers[static_cast<std::size_t>(a)], at_b = layers[static_cast<std::size_t>(b)];
    if (at_a == at_b) return std::nullopt;
    return at_a > at_b ? 0 : 1;
}

}  // namespace

Network remove_randomness(const Network& network) {
    NetworkEditor editor(network);
    bypass_randomness(editor);
    return std::move(editor).finish();
}

Network scale_drop_path(const Network& network, double factor) {
    NetworkEditor editor(network);
    for (NodeId id = 0; id < editor.size(); ++id) {
        const auto* drop = editor.as<DropPath>(id);
        if (drop == nullptr) continue;
        DropPathAttributes attributes = drop->attributes();
        attributes.rate *= factor;
        editor.replace_operator(id, make_drop_path(attributes));
    }
    return std::move(editor).finish();
}

Network cut_at(const Network& network, const std::vector<NodeId>& outputs) {
    NetworkEditor editor(network);
    editor.end_at(outputs);
    return std::move(editor).finish();
}

Network without_auxiliary(const Network& network) {
    std::vector<NodeId> kept;
    for (const NodeId id : network.outputs())
        if (!network.node(id).name.starts_with("auxiliary.")) kept.push_back(id);
    return kept.size() == network.outputs().size() ? network : cut_at(network, kept);
}

Network remove_residuals(const Network& network) {
    NetworkEditor editor(network);
    for (NodeId id = 0; id < editor.size(); ++id) {
        const auto* add = editor.as<Add>(id);
        if (add == nullptr || add->attributes().activation != Activation::none) continue;
        const std::optional<std::size_t> main = deeper_operand(network, id);
        if (main) editor.bypass(id, *main);
    }
    const auto outputs = std::vector<NodeId>(editor.outputs().begin(), editor.outputs().end());
    editor.end_at(outputs);
    return std::move(editor).finish();
}

Network fuse_for_training(const Network& network) {
    NetworkEditor editor(network);
    fuse_epilogues(editor, false);
    select_tokens_early(editor);
    return std::move(editor).finish();
}

Network fuse_for_evaluation(const Network& network) {
    NetworkEditor editor(network);
    bypass_randomness(editor);
    fuse_epilogues(editor, false);
    select_tokens_early(editor);
    return std::move(editor).finish();
}

Network fold_for_inference(const Network& network, std::vector<FoldedNorm>* folded) {
    NetworkEditor editor(fuse_for_evaluation(network));
    fold_norms(editor, folded);
    fuse_epilogues(editor, true);
    return std::move(editor).finish();
}

}  // namespace hpnas
