#include "hpnas/space/darts_cell_space.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "hpnas/core/error.hpp"
#include "hpnas/op/activate.hpp"
#include "hpnas/op/batch_norm.hpp"
#include "hpnas/op/conv2d.hpp"
#include "hpnas/op/global_average_pool.hpp"
#include "hpnas/op/linear.hpp"
#include "hpnas/op/pooling.hpp"

namespace hpnas {
namespace {

/// Two values that a cell reads, and whether the older one is twice as large.
struct Stem {
    NodeId before = -1, previous = -1;
    bool reduced = false;
};

NodeId conv_norm(NetworkBuilder& builder, int index, NodeId input, const Conv2dAttributes& attributes) {
    const NodeId conv = builder.add(fmt::format("conv{}", index), make_conv2d(attributes), input);
    return builder.add(fmt::format("bn{}", index), make_batch_norm(), conv);
}

Stem append_stem(NetworkBuilder& builder, NodeId input, const DartsCellOptions& options) {
    builder.push_scope("stem");
    builder.begin_block(fmt::format("darts stem {} out={}", options.stem, options.channels));
    Stem stem;
    if (options.stem == "cifar") {
        stem.before = stem.previous = conv_norm(builder, 1, input, {.out = 3 * options.channels, .kernel = 3});
    } else {
        const std::int64_t channels = options.channels;
        NodeId at = conv_norm(builder, 1, input, {.out = channels / 2, .kernel = 3, .stride = 2});
        at = builder.add("relu1", make_relu(), at);
        stem.before = conv_norm(builder, 2, at, {.out = channels, .kernel = 3, .stride = 2});
        at = builder.add("relu2", make_relu(), stem.before);
        stem.previous = conv_norm(builder, 3, at, {.out = channels, .kernel = 3, .stride = 2});
        stem.reduced = true;
    }
    builder.end_block();
    builder.pop_scope();
    return stem;
}

/// DARTS's auxiliary classifier on the second reduction's output; 8 x 8 of them become 2 x 2, then one.
NodeId append_auxiliary(NetworkBuilder& builder, NodeId input, const DartsCellOptions& options, std::int64_t classes) {
    constexpr std::int64_t squeezed = 128, features = 768;
    builder.push_scope("auxiliary");
    builder.begin_block(fmt::format("darts auxiliary {} out={}", options.stem, classes));
    NodeId at = builder.add("relu0", make_relu(), input);
    at = builder.add("pool", make_average_pool({.kernel = 5, .stride = options.stem == "cifar" ? 3 : 2}), at);
    at = builder.add("relu1", make_relu(), conv_norm(builder, 1, at, {.out = squeezed}));
    at = builder.add("relu2", make_relu(), conv_norm(builder, 2, at, {.out = features, .kernel = 2, .padding = 0}));
    at = builder.add("mean", make_global_average_pool(), at);
    at = builder.add("fc", make_linear({.out = classes}), at);
    builder.end_block();
    builder.pop_scope();
    return at;
}

bool is_reduction(std::int64_t cell, std::int64_t cells) { return cell == cells / 3 || cell == 2 * cells / 3; }

}  // namespace

void DartsCellOptions::visit(OptionVisitor& v) {
    static constexpr std::array<std::string_view, 2> stems{"cifar", "imagenet"};
    v.integer({"channels", "channels of the first cells, doubled by each of the two reductions", 2, 1024}, channels);
    v.integer({"cells", "cells, of which number cells / 3 and 2 cells / 3 reduce", 3, 100}, cells);
    v.integer({"operations",
               "the first so many of skip_connect, sep_conv_3x3, max_pool_3x3, dil_conv_3x3, sep_conv_5x5, "
               "avg_pool_3x3, sep_conv_7x7",
               2, 7},
              operations);
    v.choice({"stem", "cifar: a convolution that keeps the size; imagenet: three of stride 2"}, stem, stems);
    v.number({"drop_path", "rate at which branches are dropped while training", 0, 0.9}, drop_path);
    v.boolean({"auxiliary",
               "a second classifier behind the second reduction, trained along and not deployed; for training alone"},
              auxiliary);
    v.integer({"resolution", "height and width of the input unless the task says; 0: 32 or 224, by the stem", 0, 4096},
              resolution);
}

DartsCellSpace::DartsCellSpace(const DartsCellOptions& options, const TaskShape& task)
    : options_(options), task_(task) {
    const bool cifar = options_.stem == "cifar";
    if (task_.resolution == 0) task_.resolution = options_.resolution;
    if (task_.resolution == 0) task_.resolution = cifar ? 32 : 224;
    const std::int64_t multiple = cifar ? 4 : 32;
    if (task_.resolution % multiple != 0)
        throw ConfigError(fmt::format("space darts_cell: expected a resolution that is a multiple of {}, got {}",
                                      multiple, task_.resolution));
    // Its pooling leaves at least 2 x 2.
    if (const std::int64_t least = cifar ? 32 : 224; options_.auxiliary && task_.resolution < least)
        throw ConfigError(
            fmt::format("space darts_cell: the auxiliary classifier needs a resolution of at least {}, "
                        "got {}",
                        least, task_.resolution));
    if (options_.channels % 2 != 0)
        throw ConfigError(
            fmt::format("space darts_cell: expected an even number of channels, got {}", options_.channels));
    for (const std::string_view cell : {"normal", "reduce"})
        for (std::size_t node = 0; node < n_darts_nodes; ++node)
            for (std::size_t slot = 0; slot < n_darts_slots; ++slot) {
                Decision input{fmt::format("{}.node{}.slot{}.input", cell, node, slot), {}, false};
                for (std::size_t i = 0; i < node + 2; ++i) input.values.push_back(static_cast<double>(i));
                Decision op{fmt::format("{}.node{}.slot{}.op", cell, node, slot), {}, false};
                for (std::int64_t i = 0; i < options_.operations; ++i) op.values.push_back(static_cast<double>(i));
                decisions_.push_back(std::move(input));
                decisions_.push_back(std::move(op));
            }
}

DartsGenotype DartsCellSpace::genotype(const Encoding& x) const {
    DartsGenotype genotype;
    auto choice = x.begin();
    for (DartsCell* cell : {&genotype.normal, &genotype.reduce})
        for (auto& node : *cell)
            for (DartsSlot& slot : node) {
                slot.input = static_cast<std::int8_t>(*choice++);
                slot.operation = static_cast<DartsOperation>(*choice++);
            }
    return genotype;
}

Network DartsCellSpace::do_decode(const Encoding& x) const {
    const DartsGenotype cells = genotype(do_canonical(x));
    const DartsStyle style{.affine = true, .drop_path = options_.drop_path};
    NetworkBuilder builder;
    const NodeId input = builder.input("input", {task_.resolution, task_.resolution, task_.input_channels});
    auto [before, previous, reduced] = append_stem(builder, input, options_);
    std::int64_t channels = options_.channels;
    NodeId second_reduction = -1;
    for (std::int64_t i = 0; i < options_.cells; ++i) {
        const bool reduction = is_reduction(i, options_.cells);
        if (reduction) channels *= 2;
        const DartsCell& cell = reduction ? cells.reduce : cells.normal;
        builder.push_scope(fmt::format("cells.{}", i));
        builder.begin_block(fmt::format("darts {}{} out={} before={}", reduction ? "reduce" : "normal", to_text(cell),
                                        channels, to_string(builder.shape(before))));
        const NodeId a = append_darts_preprocessing(builder, "preprocess0", before, channels, reduced, style);
        const NodeId b = append_darts_preprocessing(builder, "preprocess1", previous, channels, false, style);
        const NodeId output = append_darts_cell(builder, a, b, cell, reduction, style);
        builder.end_block();
        builder.pop_scope();
        if (i == 2 * options_.cells / 3) second_reduction = output;
        before = previous;
        previous = output;
        reduced = reduction;
    }
    builder.push_scope("head");
    builder.begin_block(fmt::format("darts head out={}", task_.classes));
    const NodeId pooled = builder.add("pool", make_global_average_pool(), previous);
    const NodeId logits = builder.add("fc", make_linear({.out = task_.classes}), pooled);
    builder.end_block();
    builder.pop_scope();
    std::vector<NodeId> outputs{logits};
    if (options_.auxiliary) outputs.push_back(append_auxiliary(builder, second_reduction, options_, task_.classes));
    return std::move(builder).finish(std::move(outputs));
}

Encoding DartsCellSpace::do_canonical(const Encoding& x) const {
    Encoding result = x;
    constexpr std::ptrdiff_t per_slot = 2;  // input, operation
    for (auto node = result.begin(); node != result.end(); node += 2 * per_slot)
        if (std::lexicographical_compare(node + per_slot, node + 2 * per_slot, node, node + per_slot))
            std::swap_ranges(node, node + per_slot, node + per_slot);
    return result;
}

Encoding DartsCellSpace::do_parse(std::string_view arch) const {
    if (!arch.starts_with("normal") && !arch.starts_with("unas_")) return SearchSpace::do_parse(arch);
    const DartsGenotype genotype = genotype_from_text(arch);
    Encoding x;
    for (const DartsCell* cell : {&genotype.normal, &genotype.reduce})
        for (const auto& node : *cell)
            for (const DartsSlot& slot : node) {
                const auto op = static_cast<std::int16_t>(slot.operation);
                if (op >= options_.operations)
                    throw EncodingError(fmt::format("space darts_cell: {} is not among the first {} operations",
                                                    to_string(slot.operation), options_.operations));
                x.push_back(slot.input);
                x.push_back(op);
            }
    return x;
}

std::string DartsCellSpace::do_format(const Encoding& x) const { return to_text(genotype(x)); }

std::string DartsCellSpace::do_choice_text(std::size_t slot, std::size_t choice) const {
    return slot % 2 == 0 ? std::to_string(choice) : std::string(to_string(static_cast<DartsOperation>(choice)));
}

}  // namespace hpnas
