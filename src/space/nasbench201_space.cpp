#include "hpnas/space/nasbench201_space.hpp"

#include <fmt/format.h>

#include <unordered_map>

#include "hpnas/core/error.hpp"
#include "hpnas/op/activate.hpp"
#include "hpnas/op/add.hpp"
#include "hpnas/op/batch_norm.hpp"
#include "hpnas/op/conv2d.hpp"
#include "hpnas/op/global_average_pool.hpp"
#include "hpnas/op/linear.hpp"
#include "hpnas/op/pooling.hpp"

namespace hpnas {
namespace {

constexpr std::size_t n_edges = std::tuple_size_v<Cell>, n_cells = 15'625;

/// The number of an encoding, its first choice being the highest digit.
std::size_t number_of(const Encoding& x) {
    std::size_t number = 0;
    for (const std::int16_t choice : x) number = number * n_cell_operations + static_cast<std::size_t>(choice);
    return number;
}

Encoding encoding_of(std::size_t number) {
    Encoding x(n_edges);
    for (std::size_t i = n_edges; i-- > 0; number /= n_cell_operations)
        x[i] = static_cast<std::int16_t>(number % n_cell_operations);
    return x;
}

Cell cell_of(const Encoding& x) {
    Cell cell{};
    for (std::size_t i = 0; i < n_edges; ++i) cell[i] = static_cast<CellOperation>(x[i]);
    return cell;
}

/// Equal for cells of equal steps.
std::string steps_key(const Cell& cell) {
    std::string key;
    for (const CellStep& step : cell_steps(cell)) {
        key += static_cast<char>(step.kind);
        key += static_cast<char>(step.a);
        key += static_cast<char>(step.b);
    }
    return key;
}

std::vector<std::int16_t> representatives() {
    std::unordered_map<std::string, std::int16_t> first;
    std::vector<std::int16_t> result;
    result.reserve(n_cells);
    for (std::size_t i = 0; i < n_cells; ++i) {
        const auto at = first.emplace(steps_key(cell_of(encoding_of(i))), static_cast<std::int16_t>(i)).first;
        result.push_back(at->second);
    }
    return result;
}

/// Adds the parts of the skeleton around the cells, each a block under a scope of its own.
class Skeleton {
public:
    Skeleton(NetworkBuilder& builder, NodeId input) : builder_(builder), at_(input) {}

    void stem(std::int64_t channels) {
        begin("stem", fmt::format("nasbench201_stem out={}", channels));
        add("conv", make_conv2d({.out = channels, .kernel = 3}));
        add("bn", make_batch_norm());
        end();
    }
    void cell(const std::string& name, const Cell& cell) {
        builder_.push_scope(name);
        at_ = append_cell(builder_, at_, cell);
        builder_.pop_scope();
    }
    /// A basic residual block of stride 2 whose shortcut is a 2x2 mean and a 1x1 convolution.
    void reduction(const std::string& name, std::int64_t channels) {
        begin(name, fmt::format("nasbench201_reduction out={}", channels));
        const NodeId input = at_;
        for (const int i : {1, 2}) {
            add(fmt::format("relu{}", i), make_relu());
            add(fmt::format("conv{}", i), make_conv2d({.out = channels, .kernel = 3, .stride = i == 1 ? 2 : 1}));
            add(fmt::format("bn{}", i), make_batch_norm());
        }
        const NodeId branch = at_;
        at_ = input;
        add("shortcut.pool", make_average_pool({.kernel = 2, .stride = 2}));
        add("shortcut.conv", make_conv2d({.out = channels}));
        at_ = builder_.add("add", make_add(), {at_, branch});
        end();
    }
    void head(std::int64_t classes) {
        begin("head", fmt::format("nasbench201_head out={}", classes));
        add("bn", make_batch_norm());
        add("relu", make_relu());
        add("pool", make_global_average_pool());
        add("fc", make_linear({.out = classes}));
        end();
    }
    NodeId at() const noexcept { return at_; }

private:
    void begin(const std::string& name, std::string key) {
        builder_.push_scope(name);
        builder_.begin_block(std::move(key));
    }
    void end() {
        builder_.end_block();
        builder_.pop_scope();
    }
    void add(const std::string& name, OperatorPtr op) { at_ = builder_.add(name, std::move(op), at_); }

    NetworkBuilder& builder_;
    NodeId at_;
};

}  // namespace

void NasBench201Options::visit(OptionVisitor& v) {
    v.integer({"channels", "channels of the stem, doubled by each of the two reductions", 1, 4096}, channels);
    v.integer({"cells", "cells per stage", 1, 100}, cells);
    v.integer({"resolution", "height and width of the input unless the task says; a multiple of 4", 4, 4096},
              resolution);
}

NasBench201Space::NasBench201Space(const NasBench201Options& options, const TaskShape& task)
    : options_(options), task_(task), representative_(representatives()) {
    if (task_.resolution == 0) task_.resolution = options_.resolution;
    // The shortcut of a reduction rounds odd sizes down, its convolutions round them up.
    if (task_.resolution % 4 != 0)
        throw ConfigError(
            fmt::format("space nasbench201: expected a resolution that is a multiple of 4, got {}", task_.resolution));
    for (std::size_t to = 1; to <= 3; ++to)
        for (std::size_t from = 0; from < to; ++from)
            decisions_.push_back({fmt::format("edge_{}_{}", from, to), {0, 1, 2, 3, 4}, false});
}

std::size_t NasBench201Space::n_distinct() const {
    std::size_t n = 0;
    for (std::size_t i = 0; i < representative_.size(); ++i) n += static_cast<std::size_t>(representative_[i]) == i;
    return n;
}

Network NasBench201Space::do_decode(const Encoding& x) const {
    NetworkBuilder builder;
    const Cell cell = cell_of(x);
    Skeleton skeleton(builder, builder.input("input", {task_.resolution, task_.resolution, task_.input_channels}));
    skeleton.stem(options_.channels);
    for (std::int64_t stage = 0; stage < 3; ++stage) {
        if (stage > 0) skeleton.reduction(fmt::format("reductions.{}", stage - 1), options_.channels << stage);
        for (std::int64_t i = 0; i < options_.cells; ++i)
            skeleton.cell(fmt::format("stages.{}.cells.{}", stage, i), cell);
    }
    skeleton.head(task_.classes);
    return std::move(builder).finish({skeleton.at()});
}

Encoding NasBench201Space::do_canonical(const Encoding& x) const {
    return encoding_of(static_cast<std::size_t>(representative_[number_of(x)]));
}

Encoding NasBench201Space::do_mutate(const Encoding& x, const MutationRates&, Rng& rng) const {
    // Every cell has a neighbour of another network (a test goes through all), so this ends.
    for (const Encoding before = do_canonical(x);;) {
        Encoding child = x;
        std::int16_t& operation = child[rng.below(n_edges)];
        operation = static_cast<std::int16_t>(
            (static_cast<std::size_t>(operation) + 1 + rng.below(n_cell_operations - 1)) % n_cell_operations);
        if (do_canonical(child) != before) return child;
    }
}

Encoding NasBench201Space::do_parse(std::string_view arch) const {
    if (!arch.starts_with('|')) return SearchSpace::do_parse(arch);
    Encoding x;
    for (const CellOperation operation : cell_from_text(arch)) x.push_back(static_cast<std::int16_t>(operation));
    return x;
}

std::string NasBench201Space::do_format(const Encoding& x) const { return to_text(cell_of(x)); }

std::string NasBench201Space::do_choice_text(std::size_t, std::size_t choice) const {
    return std::string(to_string(static_cast<CellOperation>(choice)));
}

}  // namespace hpnas
