#include "hpnas/train/executor.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <numeric>
#include <unordered_map>

#include "hpnas/core/error.hpp"
#include "hpnas/core/hash.hpp"
#include "hpnas/graph/passes.hpp"
#include "hpnas/kernel/elementwise.hpp"
#include "hpnas/tensor/arena.hpp"
#include "hpnas/train/active_nodes.hpp"
#include "hpnas/train/execution_layout.hpp"

namespace hpnas {
namespace {

/// One node bound to memory. Pointers lie in vectors that do not move.
struct BoundNode {
    std::vector<const float*> src;
    std::vector<float*> parameters, diff_src, diff_parameters;
    std::vector<float*> all_diff_parameters;  // whether wanted at present or not
    std::vector<std::span<float>> gradients;  // of the trainable parameters
    ForwardArgs forward;
    BackwardArgs backward;
    struct Transfer {
        const float* from;
        float* to;
        std::int64_t count;
        ActiveNodes::Transfer how;
    };
    std::vector<Transfer> transfers;
};

/// What is executed: fused as the mode allows, unless every value is to be seen.
Network rewritten(const Network& network, const Executor::Options& options) {
    if (options.observable) return network;
    return options.mode == ExecutionMode::training ? fuse_for_training(network) : fuse_for_evaluation(network);
}

void summarize(std::vector<double>& values, double& median, double& best) {
    if (values.empty()) return;
    std::sort(values.begin(), values.end());
    median = values[values.size() / 2];
    best = values.front();
}

}  // namespace

struct Executor::Plan {
    Plan(const Network& original, Parameters& values, const Device& on, Options given);
    ~Plan() { device.arena.give_back(base); }
    Plan(const Plan&) = delete;
    Plan& operator=(const Plan&) = delete;

    void compile();
    void bind();
    void bind_parameters(NodeId id, BoundNode& node);
    void select(const std::vector<bool>& inactive);
    void select_backward(std::size_t i, const ActiveNodes::Step& step);
    void clear_unreached();
    void number_nodes(const Network& original);
    bool is_layer(std::size_t i) const {
        const Node& node = network.nodes()[i];
        return node.op != nullptr && (node.op->type() == "conv2d" || node.op->type() == "linear");
    }
    void pack();
    std::byte* at(BlockId block) const {
        return block < 0 ? nullptr : base + memory.offsets[static_cast<std::size_t>(block)];
    }
    float* floats(BlockId block) const { return reinterpret_cast<float*>(at(block)); }
    std::size_t count(NodeId id) const {
        return static_cast<std::size_t>(options.batch * network.node(id).shape.count());
    }
    void check_observable() const {
        if (!options.observable) throw InternalError("executor: observed, but not compiled as observable");
    }
    void check_backward() const {
        if (!options.gradients) throw InternalError("executor: backward, but compiled without gradients");
    }
    NodeView view(std::size_t i) const {
        const auto id = static_cast<NodeId>(i);
        const BoundNode& node = bound[i];
        return {id, network.node(id), node.src, {node.forward.dst, count(id)}, {}, node.parameters};
    }
    void forward(std::size_t id, const StepContext& step) { kernels[id]->forward(bound[id].forward, step); }
    void backward(std::size_t id, const StepContext& step) {
        if (layout.nodes[id].calls_kernel) kernels[id]->backward(bound[id].backward, step);
        for (const BoundNode::Transfer& t : bound[id].transfers) {
            if (t.how == ActiveNodes::Transfer::add) {
                kernel::add(t.to, t.from, t.to, t.count);
            } else if (t.how == ActiveNodes::Transfer::copy) {
                std::copy_n(t.from, t.count, t.to);
            }
        }
    }

    Network network;
    Parameters& parameters;
    Device device;
    Options options;
    std::vector<std::unique_ptr<OperatorKernel>> kernels;
    ExecutionLayout layout;
    MemoryPlan memory;
    std::byte* base = nullptr;
    std::vector<BoundNode> bound;
    std::vector<std::size_t> forward_order, backward_order;  // nodes with something to do
    std::vector<std::span<float>> unreached;                 // gradients that are zero, as nothing writes them
    std::vector<bool> with_gradient;                         // nodes whose value needs one
    std::vector<NodeId> numbers;  // of the nodes as given, in `network`; -1: merged into another
};

Executor::Plan::Plan(const Network& original, Parameters& values, const Device& on, Options given)
    : network(rewritten(original, given)), parameters(values), device(on), options(given) {
    if (options.batch < 1) throw ShapeError("executor: batch: expected at least 1, got " + std::to_string(given.batch));
    number_nodes(original);
    compile();
    options.gradients = options.gradients && options.mode != ExecutionMode::inference;
    layout = lay_out(network, kernels,
                     {options.batch, options.gradients, options.input_gradients, parameters.trainable().size_bytes(),
                      options.observable});
    memory = plan_memory(layout.blocks);
    base = device.arena.acquire(memory.total);
    try {
        bind();
        pack();
    } catch (...) {
        device.arena.give_back(base);
        throw;
    }
}

void Executor::Plan::compile() {
    with_gradient = nodes_with_gradient(network, options.input_gradients);
    for (NodeId id = 0; id < static_cast<NodeId>(network.nodes().size()); ++id) {
        const Node& node = network.node(id);
        if (node.op == nullptr) {
            kernels.push_back(nullptr);
            continue;
        }
        const std::vector<Shape> shapes = network.input_shapes(id);
        const bool wanted = std::any_of(node.inputs.begin(), node.inputs.end(),
                                        [&](NodeId input) { return with_gradient[static_cast<std::size_t>(input)]; });
        const CompileArgs args{device.engine, options.batch, shapes, options.mode, wanted, hash64(node.name)};
        kernels.push_back(node.op->compile(args));
    }
}

void Executor::Plan::bind_parameters(NodeId id, BoundNode& node) {
    const Node& source = network.node(id);
    const bool left_out = is_layer(static_cast<std::size_t>(id)) && !options.weight_gradients;
    for (const ParameterSpec& spec : source.op->parameters(network.input_shapes(id))) {
        const Parameters::Entry* entry = parameters.find(source.name + "." + spec.name);
        if (entry == nullptr || !(entry->spec.shape == spec.shape)) {
            throw InternalError("executor: the parameters are not this network's: '" + source.name + "." + spec.name +
                                "' is missing or has another shape");
        }
        node.parameters.push_back(parameters.values(*entry).data());
        const bool wanted = spec.trainable() && layout.gradients >= 0 && !left_out;
        node.diff_parameters.push_back(wanted ? floats(layout.gradients) + entry->offset : nullptr);
        if (wanted) node.gradients.emplace_back(node.diff_parameters.back(), spec.shape.count());
    }
    node.all_diff_parameters = node.diff_parameters;
}

void Executor::Plan::bind() {
    bound.resize(kernels.size());
    for (NodeId id = 0; id < static_cast<NodeId>(bound.size()); ++id) {
        const auto i = static_cast<std::size_t>(id);
        const NodeLayout& at_node = layout.nodes[i];
        if (kernels[i] == nullptr) {
            std::fill_n(floats(at_node.value), count(id), 0.0F);  // so that a timing run does not work on leftovers
            continue;
        }
        BoundNode& node = bound[i];
        for (const NodeId input : network.node(id).inputs) {
            node.src.push_back(floats(layout.nodes[static_cast<std::size_t>(input)].value));
        }
        bind_parameters(id, node);
        node.forward = {node.src, node.parameters, floats(at_node.value), at(at_node.saved),
                        at(at_node.forward_workspace)};
        if (!at_node.backward) continue;
        for (const BlockId block : at_node.diff_src) node.diff_src.push_back(floats(block));
        for (const GradientTransfer& t : at_node.transfers) {
            node.transfers.push_back({floats(t.from), floats(t.to), t.count, ActiveNodes::Transfer::skip});
        }
        node.backward = {
            node.src,      floats(at_node.value), floats(at_node.diff_dst), node.parameters,
            node.diff_src, node.diff_parameters,  at(at_node.saved),        at(at_node.backward_workspace)};
    }
    select(std::vector<bool>(bound.size(), false));
    // Gaps between tensors, and tensors no output depends on, have gradient zero for ever.
    if (layout.gradients >= 0) std::fill_n(floats(layout.gradients), parameters.trainable().size(), 0.0F);
}

void Executor::Plan::number_nodes(const Network& original) {
    std::unordered_map<std::string, NodeId> by_name;
    for (const Node& node : network.nodes()) by_name.emplace(node.name, static_cast<NodeId>(by_name.size()));
    for (const Node& node : original.nodes()) {
        const auto found = by_name.find(node.name);
        numbers.push_back(found == by_name.end() ? -1 : found->second);
    }
}

void Executor::Plan::select(const std::vector<bool>& inactive) {
    const bool all = std::find(inactive.begin(), inactive.end(), true) == inactive.end();
    const ActiveNodes active = select_active(network, layout, inactive, with_gradient);
    forward_order.clear();
    backward_order.clear();
    unreached.clear();
    for (std::size_t i = 0; i < bound.size(); ++i) {
        if (kernels[i] == nullptr) continue;
        if (all || active.nodes[i].forward) forward_order.push_back(i);
        if (!layout.nodes[i].backward) continue;
        if (active.nodes[i].backward)
            select_backward(i, active.nodes[i]);
        else
            unreached.insert(unreached.end(), bound[i].gradients.begin(), bound[i].gradients.end());
    }
    std::reverse(backward_order.begin(), backward_order.end());
    for (std::size_t i = 0; i < layout.input_gradients.size(); ++i) {
        const BlockId block = layout.input_gradients[i];
        if (block >= 0 && !active.input_gradients[i]) unreached.emplace_back(floats(block), count(network.inputs()[i]));
    }
}

void Executor::Plan::select_backward(std::size_t i, const ActiveNodes::Step& step) {
    backward_order.push_back(i);
    const NodeLayout& at_node = layout.nodes[i];
    const bool needs_all = kernels[i]->memory().needs_diff_src;
    for (std::size_t s = 0; s < at_node.diff_src.size(); ++s)
        bound[i].diff_src[s] = step.wanted[s] || needs_all ? floats(at_node.diff_src[s]) : nullptr;
    for (std::size_t t = 0; t < at_node.transfers.size(); ++t) bound[i].transfers[t].how = step.transfers[t];
}

void Executor::Plan::clear_unreached() {
    for (const std::span<float> gradient : unreached) std::ranges::fill(gradient, 0.0F);
}

void Executor::Plan::pack() {
    if (options.mode != ExecutionMode::inference) return;
    for (const std::size_t i : forward_order) kernels[i]->pack(bound[i].parameters, at(layout.nodes[i].packed));
}

Executor::Executor(const Network& network, Parameters& parameters, const Device& device, Options options)
    : plan_(std::make_unique<Plan>(network, parameters, device, options)) {}
Executor::~Executor() = default;
Executor::Executor(Executor&&) noexcept = default;

std::span<float> Executor::input(std::size_t i) noexcept {
    const NodeId id = plan_->network.inputs()[i];
    return {plan_->floats(plan_->layout.nodes[static_cast<std::size_t>(id)].value), plan_->count(id)};
}

std::span<const float> Executor::output(std::size_t i) const noexcept {
    const NodeId id = plan_->network.outputs()[i];
    return {plan_->floats(plan_->layout.nodes[static_cast<std::size_t>(id)].value), plan_->count(id)};
}

void Executor::forward(const StepContext& step) {
    for (const std::size_t i : plan_->forward_order) plan_->forward(i, step);
}

std::span<float> Executor::output_gradient(std::size_t i) noexcept {
    if (plan_->layout.output_gradients.empty()) return {};
    return {plan_->floats(plan_->layout.output_gradients[i]), plan_->count(plan_->network.outputs()[i])};
}

void Executor::forward(const StepContext& step, const Observer& observer) {
    plan_->check_observable();
    for (const std::size_t i : plan_->forward_order) {
        plan_->forward(i, step);
        observer(plan_->view(i));
    }
}

void Executor::revisit(const Observer& observer) const {
    plan_->check_observable();
    plan_->check_backward();
    for (const std::size_t i : plan_->forward_order) observer(plan_->view(i));
}

void Executor::backward(const StepContext& step, const Observer& observer) {
    plan_->check_observable();
    plan_->check_backward();
    for (const std::size_t i : plan_->backward_order) {
        NodeView seen = plan_->view(i);
        seen.diff_dst = {plan_->floats(plan_->layout.nodes[i].diff_dst), seen.dst.size()};
        observer(seen);
        plan_->backward(i, step);
    }
    plan_->clear_unreached();
}

void Executor::backward(const StepContext& step) {
    plan_->check_backward();
    for (const std::size_t i : plan_->backward_order) plan_->backward(i, step);
    plan_->clear_unreached();
}

void Executor::set_inactive(std::span<const NodeId> nodes) {
    std::vector<bool> inactive(plan_->bound.size(), false);
    for (const NodeId id : nodes) {
        const NodeId number = plan_->numbers.at(static_cast<std::size_t>(id));
        if (number >= 0) inactive[static_cast<std::size_t>(number)] = true;
    }
    plan_->select(inactive);
}

void Executor::want_weight_gradients(bool wanted) {
    for (std::size_t i = 0; i < plan_->bound.size(); ++i) {
        BoundNode& node = plan_->bound[i];
        if (!plan_->is_layer(i)) continue;
        for (std::size_t p = 0; p < node.diff_parameters.size(); ++p)
            node.diff_parameters[p] = wanted ? node.all_diff_parameters[p] : nullptr;
    }
}

std::span<float> Executor::gradients() noexcept {
    if (plan_->layout.gradients < 0) return {};
    return {plan_->floats(plan_->layout.gradients), plan_->parameters.trainable().size()};
}

std::span<const float> Executor::input_gradient(std::size_t i) const noexcept {
    if (plan_->layout.input_gradients.empty() || plan_->layout.input_gradients[i] < 0) return {};
    return {plan_->floats(plan_->layout.input_gradients[i]), plan_->count(plan_->network.inputs()[i])};
}

void Executor::repack() { plan_->pack(); }

std::vector<Executor::NodeReport> Executor::profile(int repeats) {
    Plan& plan = *plan_;
    const FloatBuffer before(plan.parameters.all().begin(), plan.parameters.all().end());
    std::vector<std::vector<double>> forward_ms(plan.bound.size()), backward_ms(plan.bound.size());
    const auto timed = [](auto&& call) {
        const auto start = std::chrono::steady_clock::now();
        call();
        return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    };
    for (int repeat = 0; repeat < repeats; ++repeat) {
        for (const std::size_t i : plan.forward_order) forward_ms[i].push_back(timed([&] { plan.forward(i, {}); }));
        for (std::size_t i = 0; i < plan.layout.output_gradients.size(); ++i) {
            std::ranges::fill(output_gradient(i), 1e-3F);
        }
        for (const std::size_t i : plan.backward_order) backward_ms[i].push_back(timed([&] { plan.backward(i, {}); }));
    }
    std::copy(before.begin(), before.end(), plan.parameters.all().begin());  // running statistics have moved
    std::vector<NodeReport> report;
    for (const std::size_t i : plan.forward_order) {
        const auto id = static_cast<NodeId>(i);
        const Node& node = plan.network.node(id);
        NodeReport row{node.name, std::string(node.op->type()), plan.kernels[i]->implementation()};
        summarize(forward_ms[i], row.forward_ms, row.forward_best_ms);
        summarize(backward_ms[i], row.backward_ms, row.backward_best_ms);
        std::size_t values = plan.count(id);
        for (const NodeId input : node.inputs) values += plan.count(input);
        row.bytes = static_cast<std::int64_t>(values * sizeof(float));
        row.macs = plan.options.batch * node.op->macs(plan.network.input_shapes(id));
        report.push_back(std::move(row));
    }
    return report;
}

std::size_t Executor::memory_bytes() const noexcept { return plan_->memory.total; }

std::int64_t Executor::batch() const noexcept { return plan_->options.batch; }

}  // namespace hpnas
