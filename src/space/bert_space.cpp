#include "hpnas/space/bert_space.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "hpnas/core/error.hpp"
#include "hpnas/space/width_segmentation.hpp"

namespace hpnas {
namespace {

enum Slot : std::size_t { layers_slot, heads_slot, hidden_slot, ffn_slot, n_slots };

constexpr AttributeRule layers_rule{.key = "layers", .doc = "encoder layers", .min = 1, .max = 1000},
    heads_rule{.key = "heads", .doc = "attention heads of every layer", .min = 1, .max = 1024},
    hidden_rule{.key = "hidden", .doc = "width between the layers", .min = 1, .max = 65536},
    ffn_rule{.key = "ffn", .doc = "inner width of the feed-forward networks", .min = 1, .max = 1 << 20};

/// The five numbers of "(11, 11, 704, 736, 1824)". @throws EncodingError
std::array<std::int64_t, 5> tuple_of(std::string_view text) {
    std::array<std::int64_t, 5> numbers{};
    const char *at = text.data() + 1, *const end = text.data() + text.size();
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        while (at != end && *at == ' ') ++at;
        const auto [after, error] = std::from_chars(at, end, numbers[i]);
        at = after;
        while (at != end && *at == ' ') ++at;
        const char separator = i + 1 < numbers.size() ? ',' : ')';
        if (error != std::errc{} || at == end || *at != separator)
            throw EncodingError(fmt::format("space bert: expected (layers, heads, qkv, hidden, ffn), got '{}'", text));
        ++at;
    }
    if (at != end) throw EncodingError(fmt::format("space bert: expected nothing behind the tuple, got '{}'", text));
    return numbers;
}

std::int16_t draw(const Decision& decision, Rng& rng) {
    return static_cast<std::int16_t>(rng.below(decision.values.size()));
}

}  // namespace

void BertOptions::visit(OptionVisitor& v) {
    static constexpr std::array<std::string_view, 3> heads_of_network{"classify", "span", "none"};
    for (const auto& [rule, node] :
         {std::pair{&layers_rule, &layers}, {&heads_rule, &heads}, {&hidden_rule, &hidden}, {&ffn_rule, &ffn}})
        v.subtree({rule->key, rule->doc}, *node);
    v.integer({"head_size", "width of a head's queries", 1, 4096}, head_size);
    v.integer({"sequence", "tokens of a sample unless the task says", 1, 1 << 16}, sequence);
    v.integer({"vocabulary", "different tokens unless the task says", 1, 1 << 24}, vocabulary);
    v.integer({"positions", "longest sequence that the position table serves", 1, 1 << 16}, positions);
    v.integer({"types", "types of segments", 1, 1000}, types);
    v.integer({"padding", "token that attention does not see", 0, 1 << 24}, padding);
    v.number({"dropout", "rate behind the embeddings, at the end of every branch and before the classifier", 0, 0.99},
             dropout);
    v.number({"epsilon", "of the layer norms", 1e-15, 1}, epsilon);
    v.choice({"head", "classify: the pooled first token; span: begin and end of an answer; none: bare encoder"}, head,
             heads_of_network);
}

BertSpace::BertSpace(BertOptions options, const TaskShape& task) : options_(std::move(options)), task_(task) {
    if (task_.sequence == 0) task_.sequence = options_.sequence;
    if (task_.vocabulary == 0) task_.vocabulary = options_.vocabulary;
    if (task_.sequence > options_.positions)
        throw ConfigError(fmt::format("space bert: expected a sequence of at most {} tokens (positions), got {}",
                                      options_.positions, task_.sequence));
    decisions_ = {{"layers", read_choices(options_.layers, layers_rule)},
                  {"heads", read_choices(options_.heads, heads_rule)},
                  {"hidden", read_choices(options_.hidden, hidden_rule)},
                  {"ffn", read_choices(options_.ffn, ffn_rule)}};
}

BertSpace::Choice BertSpace::choice(const Encoding& x) const {
    const auto value = [&](Slot slot) {
        return std::llround(decisions_[slot].values[static_cast<std::size_t>(x[slot])]);
    };
    return {value(layers_slot), value(heads_slot), value(hidden_slot), value(ffn_slot)};
}

TransformerBlock BertSpace::layer(std::int64_t heads, std::int64_t ffn) const {
    TransformerBlock block;
    block.heads = heads;
    block.qkv = heads * options_.head_size;
    block.ffn = ffn;
    block.pre_norm = false;
    block.epsilon = options_.epsilon;
    return block;
}

BertFrame BertSpace::frame() const {
    return {.sequence = task_.sequence,
            .vocabulary = task_.vocabulary,
            .positions = options_.positions,
            .types = options_.types,
            .padding = options_.padding,
            .classes = task_.classes,
            .dropout = options_.dropout,
            .epsilon = options_.epsilon,
            .head = options_.head};
}

Network BertSpace::do_decode(const Encoding& x) const {
    const Choice c = choice(x);
    TransformerBlock block = layer(c.heads, c.ffn);
    block.dropout = options_.dropout;
    NetworkBuilder builder;
    const NodeId tokens = builder.input("tokens", {task_.sequence}),
                 segments = builder.input("segments", {task_.sequence});
    const BertFrame around = frame();
    const NodeId mask = within_scope(builder, "mask", [&] { return around.append_mask(builder, tokens); });
    NodeId at = within_scope(builder, "embeddings",
                             [&] { return around.append_embeddings(builder, tokens, segments, c.hidden, c.hidden); });
    for (std::int64_t i = 0; i < c.layers; ++i)
        at = within_scope(builder, fmt::format("layers.{}", i),
                          [&] { return append_encoder_block(builder, at, block, mask); });
    const NodeId end = within_scope(builder, "head", [&] { return around.append_end(builder, at); });
    if (options_.head == "none") return std::move(builder).finish({at, end});
    return std::move(builder).finish({end});
}

Encoding BertSpace::do_mutate(const Encoding& x, const MutationRates& rates, Rng& rng) const {
    Encoding result = x;
    if (rng.uniform() < rates.structure)
        for (std::size_t slot = 0; slot < n_slots; ++slot) result[slot] = draw(decisions_[slot], rng);
    if (rng.uniform() < rates.gene) result[heads_slot] = draw(decisions_[heads_slot], rng);
    for (const Slot slot : {hidden_slot, ffn_slot})
        if (rng.uniform() < rates.structure) result[slot] = draw(decisions_[slot], rng);
    return result;
}

Encoding BertSpace::do_parse(std::string_view arch) const {
    if (!arch.starts_with('(')) return SearchSpace::do_parse(arch);
    const auto [layers, heads, qkv, hidden, ffn] = tuple_of(arch);
    if (qkv != heads * options_.head_size)
        throw EncodingError(
            fmt::format("space bert: expected qkv = {} for {} heads, got {}", heads * options_.head_size, heads, qkv));
    return SearchSpace::do_parse(fmt::format("v:{},{},{},{}", layers, heads, hidden, ffn));
}

std::string BertSpace::do_format(const Encoding& x) const {
    const Choice c = choice(x);
    return fmt::format("({},{},{},{},{})", c.layers, c.heads, c.heads * options_.head_size, c.hidden, c.ffn);
}

std::optional<Segmentation> BertSpace::segmentation() const {
    if (options_.head == "none") return std::nullopt;
    // Latency tables are of deployed blocks: without dropout. The closures need a space that lives as long as they do.
    BertOptions options = options_;
    options.dropout = 0;
    const auto self = std::make_shared<const BertSpace>(std::move(options), task_);
    const Shape row{task_.sequence};
    const auto width_of = [&](std::size_t choice) { return std::llround(decisions_[hidden_slot].values[choice]); };
    const auto hidden_shape = [&](std::size_t choice) { return Shape{task_.sequence, width_of(choice)}; };

    WidthSegmenter segmenter(hidden_slot, decisions_[hidden_slot].values.size());
    segmenter.fixed("mask", chain_block({row}, [self](NetworkBuilder& builder, const auto& inputs) {
                        return self->frame().append_mask(builder, inputs[0]);
                    }));
    segmenter.begin("embeddings", [&](std::size_t choice) {
        return chain_block({row, row}, [self, hidden = width_of(choice)](NetworkBuilder& builder, const auto& inputs) {
            return self->frame().append_embeddings(builder, inputs[0], inputs[1], hidden, hidden);
        });
    });
    const std::size_t n_ffn = decisions_[ffn_slot].values.size();
    WidthSegmenter::Layers layers{
        {{heads_slot, n_ffn}, {ffn_slot, 1}}, decisions_[heads_slot].values.size() * n_ffn, layers_slot, {}};
    for (const double n : decisions_[layers_slot].values) layers.numbers.push_back(std::llround(n));
    segmenter.add("layers", layers, [&](std::size_t choice, std::size_t configuration) {
        const TransformerBlock spec = layer(std::llround(decisions_[heads_slot].values[configuration / n_ffn]),
                                            std::llround(decisions_[ffn_slot].values[configuration % n_ffn]));
        return chain_block({hidden_shape(choice), row}, [spec](NetworkBuilder& builder, const auto& inputs) {
            return append_encoder_block(builder, inputs[0], spec, inputs[1]);
        });
    });
    segmenter.add("head", {}, [&](std::size_t choice, std::size_t) {
        return chain_block({hidden_shape(choice)}, [self](NetworkBuilder& builder, const auto& inputs) {
            return self->frame().append_end(builder, inputs[0]);
        });
    });
    return std::move(segmenter).finish();
}

}  // namespace hpnas
