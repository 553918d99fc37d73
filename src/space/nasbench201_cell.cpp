#include "hpnas/space/nasbench201_cell.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "hpnas/core/error.hpp"
#include "hpnas/op/activate.hpp"
#include "hpnas/op/add.hpp"
#include "hpnas/op/batch_norm.hpp"
#include "hpnas/op/conv2d.hpp"
#include "hpnas/op/identity.hpp"
#include "hpnas/op/pooling.hpp"
#include "hpnas/op/zero.hpp"

namespace hpnas {
namespace {

constexpr std::array<std::string_view, n_cell_operations> operation_names{"none", "skip_connect", "nor_conv_1x1",
                                                                          "nor_conv_3x3", "avg_pool_3x3"};

using Value = std::int8_t;
using Kind = CellStep::Kind;

/// Collects the steps of a cell.
class Planner {
public:
    Value step(Kind kind, Value a, Value b, std::size_t edge) {
        steps_.push_back({kind, a, b, static_cast<std::int8_t>(edge)});
        return static_cast<Value>(steps_.size());
    }
    /// The value that an edge delivers; nothing for a zero.
    std::optional<Value> deliver(CellOperation operation, std::optional<Value> source, std::size_t edge) {
        switch (operation) {
            case CellOperation::none:
                return std::nullopt;
            case CellOperation::skip_connect:
                return source;
            case CellOperation::avg_pool_3x3:
                return source ? std::optional(step(Kind::pool, *source, 0, edge)) : std::nullopt;
            case CellOperation::nor_conv_1x1:
                return step(Kind::conv1x1, source ? *source : zero(), 0, edge);
            case CellOperation::nor_conv_3x3:
                return step(Kind::conv3x3, source ? *source : zero(), 0, edge);
        }
        return std::nullopt;
    }
    std::optional<Value> sum(std::vector<Value> values, std::size_t edge) {
        if (values.empty()) return std::nullopt;
        std::sort(values.begin(), values.end());  // a + b is b + a
        Value total = values[0];
        for (std::size_t i = 1; i < values.size(); ++i) total = step(Kind::add, total, values[i], edge);
        return total;
    }
    /// Zeros in place of every step that neither a step nor `values` read.
    void keep_unread(std::vector<Value>& values, std::size_t edge) {
        const auto n = static_cast<Value>(steps_.size());
        for (Value v = 1; v <= n; ++v) {
            const bool read = std::any_of(steps_.begin(), steps_.end(), [v](const CellStep& s) {
                return s.a == v || (s.kind == Kind::add && s.b == v);
            });
            if (!read && std::find(values.begin(), values.end(), v) == values.end())
                values.push_back(step(Kind::zero, v, 0, edge));
        }
    }
    std::vector<CellStep> steps() && { return std::move(steps_); }
    bool empty() const noexcept { return steps_.empty(); }

private:
    Value zero() {
        if (zero_ == 0) zero_ = step(Kind::zero, 0, 0, 0);
        return zero_;
    }

    std::vector<CellStep> steps_;
    Value zero_ = 0;  // value of the zero step that reads the input; 0: none yet
};

/// Adds the nodes of steps, named by what they are and their edge: "edge_0_1.conv".
class StepBuilder {
public:
    StepBuilder(NetworkBuilder& builder, NodeId input) : builder_(builder), values_{input} {}

    void add(const CellStep& step) {
        const NodeId a = values_[static_cast<std::size_t>(step.a)], b = values_[static_cast<std::size_t>(step.b)];
        const std::size_t n = values_.size();
        switch (step.kind) {
            case Kind::identity:
                values_.push_back(builder_.add("identity", make_identity(), a));
                return;
            case Kind::zero:
                values_.push_back(builder_.add(fmt::format("zero{}", n), make_zero(), a));
                return;
            case Kind::pool:
                values_.push_back(builder_.add(edge_name(step) + ".pool",
                                               make_average_pool({.kernel = 3, .stride = 1, .padding = 1}), a));
                return;
            case Kind::add:
                values_.push_back(builder_.add(fmt::format("add{}", n), make_add(), {a, b}));
                return;
            case Kind::conv1x1:
            case Kind::conv3x3:
                values_.push_back(convolution(step, a));
                return;
        }
    }
    NodeId output() const { return values_.back(); }

private:
    static std::string edge_name(const CellStep& step) {
        for (std::size_t to = 1; to <= 3; ++to)
            for (std::size_t from = 0; from < to; ++from)
                if (cell_edge(from, to) == static_cast<std::size_t>(step.edge))
                    return fmt::format("edge_{}_{}", from, to);
        return {};
    }
    NodeId convolution(const CellStep& step, NodeId at) {
        const std::string name = edge_name(step);
        const std::int64_t channels = builder_.shape(at).channels();
        at = builder_.add(name + ".relu", make_relu(), at);
        at = builder_.add(name + ".conv", make_conv2d({.out = channels, .kernel = step.kind == Kind::conv1x1 ? 1 : 3}),
                          at);
        return builder_.add(name + ".bn", make_batch_norm(), at);
    }

    NetworkBuilder& builder_;
    std::vector<NodeId> values_;
};

[[noreturn]] void fail(std::string_view text, std::string_view expected) {
    throw EncodingError(fmt::format("NAS-Bench-201 cell '{}': expected {}", text, expected));
}

/// Takes "|name~from" off the front of `rest`.
CellOperation take_edge(std::string_view text, std::string_view& rest, std::size_t from, std::size_t to) {
    for (std::size_t i = 0; i < n_cell_operations; ++i) {
        const std::string edge = fmt::format("|{}~{}|", operation_names[i], from);
        if (!rest.starts_with(edge)) continue;
        rest.remove_prefix(edge.size() - 1);  // the closing bar opens the next edge
        return static_cast<CellOperation>(i);
    }
    fail(text, fmt::format("'|OPERATION~{}|' for node {} at '{}', OPERATION being one of {}", from, to, rest,
                           fmt::join(operation_names, ", ")));
}

}  // namespace

std::string_view to_string(CellOperation operation) noexcept {
    return operation_names[static_cast<std::size_t>(operation)];
}

Cell cell_from_text(std::string_view text) {
    Cell cell{};
    std::string_view rest = text;
    for (std::size_t to = 1; to <= 3; ++to) {
        for (std::size_t from = 0; from < to; ++from) cell[cell_edge(from, to)] = take_edge(text, rest, from, to);
        const std::string_view end = to < 3 ? "|+" : "|";
        if (!rest.starts_with(end)) fail(text, fmt::format("'{}' behind node {}, got '{}'", end, to, rest));
        rest.remove_prefix(end.size());
    }
    if (!rest.empty()) fail(text, fmt::format("nothing behind node 3, got '{}'", rest));
    return cell;
}

std::string to_text(const Cell& cell) {
    std::string text;
    for (std::size_t to = 1; to <= 3; ++to) {
        text += to == 1 ? "|" : "+|";
        for (std::size_t from = 0; from < to; ++from)
            text += fmt::format("{}~{}|", to_string(cell[cell_edge(from, to)]), from);
    }
    return text;
}

std::vector<CellStep> cell_steps(const Cell& cell) {
    Planner planner;
    std::array<std::optional<Value>, 4> nodes{Value{0}};
    for (std::size_t to = 1; to <= 3; ++to) {
        std::vector<Value> values;
        for (std::size_t from = 0; from < to; ++from) {
            const std::size_t edge = cell_edge(from, to);
            if (const auto value = planner.deliver(cell[edge], nodes[from], edge)) values.push_back(*value);
        }
        const std::size_t last_edge = cell_edge(to - 1, to);
        if (to == 3) planner.keep_unread(values, last_edge);
        nodes[to] = planner.sum(std::move(values), last_edge);
    }
    if (!nodes[3]) planner.step(Kind::zero, 0, 0, 5);
    if (nodes[3] == Value{0}) planner.step(Kind::identity, 0, 0, 5);
    return std::move(planner).steps();
}

NodeId append_cell(NetworkBuilder& builder, NodeId input, const Cell& cell) {
    builder.begin_block("nasbench201 " + to_text(cell));
    StepBuilder nodes(builder, input);
    for (const CellStep& step : cell_steps(cell)) nodes.add(step);
    builder.end_block();
    return nodes.output();
}

}  // namespace hpnas
