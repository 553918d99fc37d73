#include "hpnas/space/vit_space.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "hpnas/core/error.hpp"
#include "hpnas/op/class_token.hpp"
#include "hpnas/op/conv2d.hpp"
#include "hpnas/op/dropout.hpp"
#include "hpnas/op/layer_norm.hpp"
#include "hpnas/op/linear.hpp"
#include "hpnas/op/position_embedding.hpp"
#include "hpnas/op/reshape.hpp"
#include "hpnas/op/select_token.hpp"
#include "hpnas/op/token_mean.hpp"
#include "hpnas/space/width_segmentation.hpp"

namespace hpnas {
namespace {

constexpr AttributeRule depth_rule{.key = "depth", .doc = "layers; left out: the profile's", .min = 1, .max = 1000},
    mlp_rule{.key = "mlp",
             .doc = "inner width of a layer's MLP, in embed; left out: the profile's",
             .kind = AttributeRule::Kind::number,
             .min = 0.01,
             .max = 1000},
    heads_rule{.key = "heads", .doc = "attention heads of a layer; left out: the profile's", .min = 1, .max = 1024},
    embed_rule{.key = "embed", .doc = "width between the layers; left out: the profile's", .min = 1, .max = 65536};

/// The choices of DE-NAS's configurations, where the run has none of its own.
VitOptions with_profile(VitOptions options) {
    struct Profile {
        std::string_view name, depth, mlp, heads, embed;
    };
    static constexpr std::array<Profile, 4> profiles{
        {{"large", "[12, 13, 14, 15, 16]", "[3, 3.5, 4]", "[3, 4, 5, 6, 7, 9, 10]",
          "[192, 216, 240, 320, 384, 448, 528, 576, 624]"},
         {"base", "[14, 15, 16]", "[3, 3.5, 4]", "[9, 10]", "[528, 576, 624]"},
         {"small", "[12, 13, 14]", "[3, 3.5, 4]", "[5, 6, 7]", "[320, 384, 448]"},
         {"tiny", "[12, 13, 14]", "[3.5, 4]", "[3, 4]", "[192, 216, 240]"}}};
    const auto profile =
        std::find_if(profiles.begin(), profiles.end(), [&](const Profile& p) { return p.name == options.profile; });
    for (const auto& [node, text] : {std::pair{&options.depth, profile->depth},
                                     {&options.mlp, profile->mlp},
                                     {&options.heads, profile->heads},
                                     {&options.embed, profile->embed}})
        if (node->kind == ConfigNode::Kind::null) *node = choices(text);
    return options;
}

}  // namespace

void VitOptions::visit(OptionVisitor& v) {
    static constexpr std::array<std::string_view, 4> profiles{"large", "base", "small", "tiny"};
    v.choice({"profile", "choices of depth, mlp, heads and embed, as DE-NAS's configurations have them"}, profile,
             profiles);
    for (const auto& [rule, node] :
         {std::pair{&depth_rule, &depth}, {&mlp_rule, &mlp}, {&heads_rule, &heads}, {&embed_rule, &embed}})
        v.subtree({rule->key, rule->doc}, *node);
    v.integer({"resolution", "height and width of the input unless the task says", 1, 4096}, resolution);
    v.integer({"patch", "height and width of a patch; divides the resolution", 1, 4096}, patch);
    v.integer({"head_size", "width of a head's queries", 1, 4096}, head_size);
    v.integer({"qkv_width", "width of all heads together; 0: heads * head_size (AutoFormer's change_qkv)", 0, 1 << 16},
              qkv_width);
    v.boolean({"relative_position", "relative positions in attention"}, relative_position);
    v.integer({"max_distance", "relative positions are clipped to it", 1, 4096}, max_distance);
    v.boolean({"abs_pos", "learned absolute positions"}, abs_pos);
    v.boolean({"gp", "classify the mean over the patches; false: the class token"}, gp);
    v.boolean({"pre_norm", "layer norms in front of the branches instead of behind the sums"}, pre_norm);
    v.number({"drop_path", "rate of the deepest possible layer; grows linearly from 0", 0, 0.99}, drop_path);
    v.number({"dropout", "rate behind the positions and at the end of every branch", 0, 0.99}, dropout);
}

VitSpace::VitSpace(VitOptions options, const TaskShape& task)
    : options_(with_profile(std::move(options))),
      task_(task),
      genes_({"depth", read_choices(options_.depth, depth_rule), true}),
      mlp_(genes_.add({"mlp", read_choices(options_.mlp, mlp_rule), true, false})),
      heads_(genes_.add({"heads", read_choices(options_.heads, heads_rule), true, false})),
      embed_(genes_.add({"embed", read_choices(options_.embed, embed_rule)})) {
    if (task_.resolution == 0) task_.resolution = options_.resolution;
    check();
}

void VitSpace::check() const {
    if (task_.resolution % options_.patch != 0)
        throw ConfigError(fmt::format("space vit: expected a resolution that is a multiple of the patch {}, got {}",
                                      options_.patch, task_.resolution));
    const double narrowest = genes_.gene(embed_).values.front();
    if (ffn_width(genes_.gene(mlp_).values.front(), std::llround(narrowest)) < 1)
        throw ConfigError("space vit: expected mlp * embed to be at least 1");
    for (const double heads : genes_.gene(heads_).values)
        if (options_.qkv_width % std::llround(heads) != 0)
            throw ConfigError(
                fmt::format("space vit: expected heads that divide qkv_width {}, got {}", options_.qkv_width, heads));
}

Shape VitSpace::tokens(std::int64_t embed) const {
    const std::int64_t side = task_.resolution / options_.patch;
    return {side * side + 1, embed};
}

TransformerBlock VitSpace::layer(double mlp, std::int64_t heads, std::int64_t embed) const {
    TransformerBlock block;
    block.heads = heads;
    block.qkv = options_.qkv_width > 0 ? options_.qkv_width : block.heads * options_.head_size;
    block.ffn = ffn_width(mlp, embed);
    block.pre_norm = options_.pre_norm;
    block.max_distance = options_.relative_position ? options_.max_distance : 0;
    return block;
}

NodeId VitSpace::append_patches(NetworkBuilder& builder, NodeId input, std::int64_t embed) const {
    builder.begin_block(fmt::format("vit patches patch={} out={} positions={}", options_.patch, embed,
                                    static_cast<int>(options_.abs_pos)));
    const std::int64_t n_tokens = tokens(embed)[0];
    NodeId at = builder.add(
        "conv",
        make_conv2d({.out = embed, .kernel = options_.patch, .stride = options_.patch, .padding = 0, .bias = true}),
        input);
    at = builder.add("reshape", make_reshape({.sizes = {n_tokens - 1, embed}}), at);
    at = builder.add("class_token", make_class_token(), at);
    if (options_.abs_pos) at = builder.add("positions", make_position_embedding({.length = n_tokens}), at);
    if (options_.dropout > 0) at = builder.add("dropout", make_dropout({.rate = options_.dropout}), at);
    builder.end_block();
    return at;
}

NodeId VitSpace::append_head(NetworkBuilder& builder, NodeId input) const {
    builder.begin_block(fmt::format("vit head norm={} token={} out={}", static_cast<int>(options_.pre_norm),
                                    options_.gp ? "mean" : "class", task_.classes));
    NodeId at = input;
    if (options_.pre_norm) at = builder.add("norm", make_layer_norm(), at);
    at = builder.add("pool", options_.gp ? make_token_mean({.first = 1}) : make_select_token(), at);
    at = builder.add("fc", make_linear({.out = task_.classes}), at);
    builder.end_block();
    return at;
}

Network VitSpace::do_decode(const Encoding& x) const {
    const std::int64_t embed = std::llround(genes_.value(x, embed_)), depth = genes_.depth(x);
    NetworkBuilder builder;
    NodeId at = builder.input("input", {task_.resolution, task_.resolution, task_.input_channels});
    builder.push_scope("patches");
    at = append_patches(builder, at, embed);
    builder.pop_scope();
    for (std::int64_t i = 0; i < depth; ++i) {
        TransformerBlock block = layer(genes_.value(x, mlp_, i), std::llround(genes_.value(x, heads_, i)), embed);
        const auto last = static_cast<double>(std::max<std::int64_t>(1, genes_.max_depth() - 1));
        block.drop_path = options_.drop_path * static_cast<double>(i) / last;
        block.dropout = options_.dropout;
        builder.push_scope(fmt::format("layers.{}", i));
        at = append_encoder_block(builder, at, block);
        builder.pop_scope();
    }
    builder.push_scope("head");
    at = append_head(builder, at);
    builder.pop_scope();
    return std::move(builder).finish({at});
}

Encoding VitSpace::sample_with(const std::function<std::size_t(std::size_t n)>& below) const {
    Encoding x(decisions().size(), 0);
    const auto draw = [&](std::size_t slot) {
        x[slot] = static_cast<std::int16_t>(below(decisions()[slot].values.size()));
    };
    draw(0);
    for (const std::size_t gene : {mlp_, heads_})
        for (std::int64_t i = 0; i < genes_.depth(x); ++i) draw(genes_.slot(gene, i));
    draw(genes_.slot(embed_));
    return x;
}

Encoding VitSpace::do_sample(Rng& rng) const {
    return sample_with([&](std::size_t n) { return static_cast<std::size_t>(rng.below(n)); });
}

Encoding VitSpace::do_mutate(const Encoding& x, const MutationRates& rates, Rng& rng) const {
    return genes_.mutate(x, rates, rng);
}

Encoding VitSpace::do_crossover(const Encoding& a, const Encoding& b, Rng& rng) const {
    return genes_.crossover(a, b, rng);
}

Encoding VitSpace::do_parse(std::string_view arch) const {
    if (!arch.starts_with('(')) return SearchSpace::do_parse(arch);
    try {
        return genes_.parse_tuple(arch);
    } catch (const EncodingError& error) {
        throw EncodingError(fmt::format("space vit: {}", error.what()));
    }
}

std::string VitSpace::do_format(const Encoding& x) const {
    return genes_.canonical(x) == x ? genes_.format_tuple(x) : SearchSpace::do_format(x);
}

std::optional<Segmentation> VitSpace::segmentation() const {
    // Latency tables are of deployed blocks: without dropout. The closures need a space that lives as long as they do.
    VitOptions options = options_;
    options.dropout = 0;
    const auto self = std::make_shared<const VitSpace>(std::move(options), task_);
    const std::vector<double>&mlps = genes_.gene(mlp_).values, &heads = genes_.gene(heads_).values,
          &embeds = genes_.gene(embed_).values;
    const auto width_of = [&](std::size_t choice) { return std::llround(embeds[choice]); };
    const Shape image{task_.resolution, task_.resolution, task_.input_channels};
    WidthSegmenter segmenter(genes_.slot(embed_), embeds.size());
    segmenter.begin("patches", [&](std::size_t choice) {
        return chain_block({image}, [self, embed = width_of(choice)](NetworkBuilder& builder, const auto& inputs) {
            return self->append_patches(builder, inputs[0], embed);
        });
    });
    const auto layer_block = [&](std::size_t choice, std::size_t configuration) {
        const double mlp = mlps[configuration / heads.size()], n_heads = heads[configuration % heads.size()];
        const TransformerBlock spec = layer(mlp, std::llround(n_heads), width_of(choice));
        return chain_block({tokens(width_of(choice))}, [spec](NetworkBuilder& builder, const auto& inputs) {
            return append_encoder_block(builder, inputs[0], spec);
        });
    };
    for (std::int64_t i = 0; i < genes_.max_depth(); ++i) {
        WidthSegmenter::Layers layers{
            {{genes_.slot(mlp_, i), heads.size()}, {genes_.slot(heads_, i), 1}}, mlps.size() * heads.size(), 0, {}};
        for (const double depth : decisions()[0].values)
            layers.numbers.push_back(depth > static_cast<double>(i) ? 1 : 0);
        segmenter.add(fmt::format("layer{}", i), layers, layer_block);
    }
    segmenter.add("head", {}, [&](std::size_t choice, std::size_t) {
        return chain_block({tokens(width_of(choice))}, [self](NetworkBuilder& builder, const auto& inputs) {
            return self->append_head(builder, inputs[0]);
        });
    });
    return std::move(segmenter).finish();
}

}  // namespace hpnas
