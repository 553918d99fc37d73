#include "hpnas/space/mbconv_space.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "hpnas/space/chain_segmentation.hpp"

namespace hpnas {
namespace {

constexpr std::int64_t stem_width = 40, first_width = 24, head_width = 1728;
constexpr double bn_eps = 1e-3;

struct Stage {
    std::int64_t layers, width, stride, cifar_stride;
};
constexpr std::array<Stage, 6> stages{
    {{4, 32, 2, 1}, {4, 56, 2, 2}, {4, 112, 2, 2}, {4, 128, 1, 1}, {4, 256, 2, 2}, {1, 432, 1, 1}}};

/// What a layer that may be skipped offers; others offer all but the first.
struct Operation {
    std::string_view name;
    std::int64_t kernel, expansion;
};
constexpr std::array<Operation, 7> operations{
    {{"skip", 0, 0}, {"k3e3", 3, 3}, {"k3e6", 3, 6}, {"k5e3", 5, 3}, {"k5e6", 5, 6}, {"k7e3", 7, 3}, {"k7e6", 7, 6}}};

/// Networks published with UNAS (NVlabs/unas) and ProxylessNAS.
constexpr std::array<std::pair<std::string_view, std::string_view>, 2> published{
    {{"unas_mbconv",
      "k5e3,k3e3,skip,skip,k7e3,skip,skip,skip,k7e3,k3e3,k3e3,k3e3,k5e3,k3e3,k3e3,k3e3,k7e6,k7e3,k7e3,k7e3,k7e6"},
     {"proxylessnas_gpu",
      "k5e3,skip,skip,skip,k7e3,skip,skip,k3e3,k7e6,skip,skip,k5e3,k5e6,skip,k3e3,k5e3,k7e6,k7e6,k7e6,k5e6,k7e6"}}};

const Operation& operation_of(const MbconvLayer& layer, std::size_t choice) {
    return operations[layer.may_skip ? choice : choice + 1];
}

}  // namespace

void MbconvOptions::visit(OptionVisitor& v) {
    static constexpr std::array<std::string_view, 2> profiles{"imagenet", "cifar"};
    v.choice({"profile", "imagenet: 224 pixels, sizes divided by 32; cifar: 32 pixels, divided by 8"}, profile,
             profiles);
    v.number({"width", "factor of all widths", 0.05, 4}, width);
    v.integer({"resolution", "height and width of the input unless the task says; 0: the profile's", 0, 4096},
              resolution);
}

MbconvSpace::MbconvSpace(const MbconvOptions& options, const TaskShape& task) : options_(options), task_(task) {
    const bool cifar = options_.profile == "cifar";
    if (task_.resolution == 0) task_.resolution = options_.resolution;
    if (task_.resolution == 0) task_.resolution = cifar ? 32 : 224;
    for (const Stage& stage : stages)
        for (std::int64_t i = 0; i < stage.layers; ++i) {
            const std::int64_t stride = i > 0 ? 1 : (cifar ? stage.cifar_stride : stage.stride);
            layers_.push_back({scaled(stage.width), stride, i > 0});
        }
    for (const MbconvLayer& layer : layers_) {
        Decision decision{fmt::format("layer{}", decisions_.size() + 1), {}, false};
        for (std::size_t i = layer.may_skip ? 0 : 1; i < operations.size(); ++i)
            decision.values.push_back(static_cast<double>(i));
        decisions_.push_back(std::move(decision));
    }
}

std::int64_t MbconvSpace::scaled(std::int64_t width) const {
    const std::int64_t channels = std::llround(static_cast<double>(width) * options_.width);
    return std::max<std::int64_t>(channels, 1);
}

std::optional<BlockSpec> MbconvSpace::block(std::size_t layer, std::size_t choice, std::int64_t in_channels) const {
    const MbconvLayer& at = layers_[layer];
    const Operation& operation = operation_of(at, choice);
    if (operation.kernel == 0) return std::nullopt;
    return BlockSpec{.kind = BlockKind::irb,
                     .kernel = operation.kernel,
                     .stride = at.stride,
                     .mid = operation.expansion * in_channels,
                     .out = at.width,
                     .activation = Activation::relu6,
                     .bn_eps = bn_eps};
}

std::vector<BlockSpec> MbconvSpace::entrance() const {
    const BlockSpec stem{.kind = BlockKind::conv,
                         .kernel = 3,
                         .stride = options_.profile == "imagenet" ? 2 : 1,
                         .out = scaled(stem_width),
                         .activation = Activation::relu6,
                         .bn_eps = bn_eps};
    const BlockSpec first{.kind = BlockKind::irb,
                          .kernel = 3,
                          .out = scaled(first_width),
                          .activation = Activation::relu6,
                          .bn_eps = bn_eps,
                          .residual = false};
    return {stem, first};
}

BlockSpec MbconvSpace::head() const {
    return {.kind = BlockKind::head,
            .mid = scaled(head_width),
            .out = task_.classes,
            .activation = Activation::relu6,
            .bn_eps = bn_eps};
}

Network MbconvSpace::do_decode(const Encoding& x) const {
    NetworkBuilder builder;
    NodeId at = builder.input("input", {task_.resolution, task_.resolution, task_.input_channels});
    const auto append = [&](const std::string& name, const BlockSpec& spec) {
        builder.push_scope(name);
        at = append_block(builder, at, spec);
        builder.pop_scope();
    };
    const std::vector<BlockSpec> before = entrance();
    append("stem", before[0]);
    append("first", before[1]);
    for (std::size_t i = 0; i < layers_.size(); ++i)
        if (const auto spec = block(i, static_cast<std::size_t>(x[i]), builder.shape(at).channels()))
            append(fmt::format("layers.{}", i), *spec);
    append("head", head());
    return std::move(builder).finish({at});
}

std::optional<Segmentation> MbconvSpace::segmentation() const {
    Shape shape{task_.resolution, task_.resolution, task_.input_channels};
    const auto chain_block = [&shape](const BlockSpec& spec) {
        return ChainBlock{{block_key(spec), shape}, [spec, shape] { return block_network(spec, shape); }};
    };
    ChainSegmenter chain;
    for (const BlockSpec& spec : entrance()) {
        chain.add("entrance", chain_block(spec));
        shape = block_output(spec, shape);
    }
    for (std::size_t i = 0; i < layers_.size(); ++i) {
        std::vector<std::optional<ChainBlock>> choices;
        Shape output = shape;
        for (std::size_t c = 0; c < decisions_[i].values.size(); ++c) {
            const auto spec = block(i, c, shape.channels());
            choices.push_back(spec ? std::optional(chain_block(*spec)) : std::nullopt);
            if (spec) output = block_output(*spec, shape);
        }
        chain.add(decisions_[i].name, i, choices);
        shape = output;
    }
    chain.add("head", chain_block(head()));
    return std::move(chain).finish();
}

Encoding MbconvSpace::do_parse(std::string_view arch) const {
    for (const auto& [name, layers] : published)
        if (arch == name) arch = layers;
    if (!arch.starts_with('k') && !arch.starts_with("skip")) return SearchSpace::do_parse(arch);
    return SearchSpace::do_parse("v:" + std::string(arch));
}

std::string MbconvSpace::do_format(const Encoding& x) const {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < x.size(); ++i) names.push_back(do_choice_text(i, static_cast<std::size_t>(x[i])));
    return fmt::format("{}", fmt::join(names, ","));
}

std::string MbconvSpace::do_choice_text(std::size_t slot, std::size_t choice) const {
    return std::string(operation_of(layers_[slot], choice).name);
}

}  // namespace hpnas
