#include "hpnas/space/transformer_space.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "hpnas/config/scalar.hpp"
#include "hpnas/core/error.hpp"
#include "hpnas/op/dropout.hpp"
#include "hpnas/op/embedding.hpp"
#include "hpnas/op/layer_norm.hpp"
#include "hpnas/op/linear.hpp"
#include "hpnas/op/position_embedding.hpp"
#include "hpnas/op/select_token.hpp"
#include "hpnas/op/token_mask.hpp"
#include "hpnas/op/token_mean.hpp"

namespace hpnas {
namespace {

using Kind = AttributeRule::Kind;
constexpr AttributeRule layers_rule{.key = "layers", .doc = "encoder layers", .min = 1, .max = 1000},
    heads_rule{.key = "heads", .doc = "attention heads of a layer", .min = 1, .max = 1024},
    hidden_rule{.key = "hidden", .doc = "width between the layers", .min = 1, .max = 65536},
    ffn_rule{.key = "ffn", .doc = "inner width of the feed-forward networks", .min = 1, .max = 1 << 20},
    ratio_rule{.key = "ffn_ratio",
               .doc = "inner width in hidden widths, instead of ffn",
               .kind = Kind::number,
               .min = 0.1,
               .max = 64};

/// Names of DE-NAS, in the order of the slots.
constexpr std::array<std::string_view, 4> json_keys{"num_hidden_layers", "num_attention_heads", "intermediate_size",
                                                    "hidden_size"};

bool given(const ConfigNode& node) { return node.kind != ConfigNode::Kind::null; }

/// 0, 1, ...: the choices of names.
std::vector<double> indices(const std::vector<std::string>& names) {
    std::vector<double> result;
    for (std::size_t i = 0; i < names.size(); ++i) result.push_back(static_cast<double>(i));
    return result;
}

void check_names(std::string_view key, const std::vector<std::string>& names, std::span<const std::string_view> known) {
    for (auto name = names.begin(); name != names.end(); ++name) {
        if (std::find(known.begin(), known.end(), *name) == known.end())
            throw ConfigError(fmt::format("space transformer: {}: unknown name '{}'", key, *name));
        if (std::find(names.begin(), name, *name) != name)
            throw ConfigError(fmt::format("space transformer: {}: '{}' is there twice", key, *name));
    }
    if (names.empty()) throw ConfigError(fmt::format("space transformer: {}: expected at least one name", key));
}

void check_names(const TransformerOptions& options) {
    static constexpr std::array<std::string_view, 4> activations{"gelu", "relu", "swish", "tanh"};
    static constexpr std::array<std::string_view, 2> norms{"post", "pre"};
    check_names("activation", options.activation, activations);
    check_names("norm", options.norm, norms);
}

std::int64_t rounded_down(std::int64_t width, std::int64_t heads) { return width / heads * heads; }

/// What stands around the layers.
class Frame {
public:
    Frame(const TransformerOptions& options, std::int64_t hidden, bool pre_norm)
        : options_(options), hidden_(hidden), pre_norm_(pre_norm) {}

    NetworkBuilder& builder() noexcept { return builder_; }
    std::optional<NodeId> mask() const noexcept { return mask_; }
    /// The sequence [L, hidden] that the first layer reads.
    NodeId embedded() {
        const bool tokens = options_.input == "tokens";
        at_ = tokens ? builder_.input("tokens", {options_.sequence})
                     : builder_.input("features", {options_.sequence, options_.features});
        if (tokens && options_.mask) {
            const NodeId ids = at_;
            begin("mask", "token_mask");
            mask_ = add("mask", make_token_mask());
            end();
            at_ = ids;
        }
        begin("embedding", embedding_key());
        if (tokens)
            add("tokens", make_embedding({.vocabulary = options_.vocabulary, .out = hidden_}));
        else
            add("project", make_linear({.out = hidden_}));
        if (options_.positions != "none")
            add("positions", make_position_embedding({.kind = options_.positions, .length = options_.sequence}));
        if (!pre_norm_) add("norm", make_layer_norm());
        if (options_.dropout > 0) add("dropout", make_dropout({.rate = options_.dropout}));
        end();
        return at_;
    }
    Network finish(NodeId last, std::int64_t classes) {
        at_ = last;
        if (pre_norm_) {
            begin("final", "transformer_norm");
            add("norm", make_layer_norm());
            end();
        }
        if (options_.head != "none") {
            const bool classify = options_.head == "classify";
            begin("head", fmt::format("transformer_head {} out={}", classify ? options_.pool : "tokens", classes));
            if (classify) add("pool", options_.pool == "mean" ? make_token_mean() : make_select_token());
            if (options_.dropout > 0) add("dropout", make_dropout({.rate = options_.dropout}));
            add("fc", make_linear({.out = classes}));
            end();
        }
        return std::move(builder_).finish({at_});
    }

private:
    std::string embedding_key() const {
        const std::string source =
            options_.input == "tokens" ? fmt::format("tokens vocabulary={}", options_.vocabulary) : options_.input;
        return fmt::format("transformer_embedding {} positions={} norm={} out={}", source, options_.positions,
                           pre_norm_ ? "none" : "post", hidden_);
    }
    void begin(const std::string& scope, std::string key) {
        builder_.push_scope(scope);
        builder_.begin_block(std::move(key));
    }
    void end() {
        builder_.end_block();
        builder_.pop_scope();
    }
    NodeId add(const std::string& name, OperatorPtr op) { return at_ = builder_.add(name, std::move(op), at_); }

    const TransformerOptions& options_;
    std::int64_t hidden_;
    bool pre_norm_;
    NetworkBuilder builder_;
    NodeId at_ = -1;
    std::optional<NodeId> mask_;
};

}  // namespace

void TransformerOptions::visit(OptionVisitor& v) {
    static constexpr std::array<std::string_view, 2> inputs{"tokens", "features"}, pools{"mean", "first"};
    static constexpr std::array<std::string_view, 3> kinds{"learned", "sinusoidal", "none"},
        heads_of_network{"classify", "tokens", "none"};
    for (const auto& [rule, node] : {std::pair{&layers_rule, &layers},
                                     {&heads_rule, &heads},
                                     {&hidden_rule, &hidden},
                                     {&ffn_rule, &ffn},
                                     {&ratio_rule, &ffn_ratio}})
        v.subtree({rule->key, rule->doc}, *node);
    v.texts({"activation", "choices among gelu, relu, swish, tanh"}, activation);
    v.texts({"norm", "choices among post (norm behind the residual sum) and pre"}, norm);
    v.integer({"head_size", "width of a head; 0: hidden / heads", 0, 65536}, head_size);
    v.boolean({"per_layer", "every layer has heads and inner width of its own"}, per_layer);
    v.choice({"input", "tokens: ids; features: vectors"}, input, inputs);
    v.integer({"sequence", "positions unless the task says", 1, 1 << 20}, sequence);
    v.integer({"vocabulary", "tokens: different ones unless the task says", 1, 1 << 24}, vocabulary);
    v.boolean({"mask", "tokens: attention does not see id 0, padding"}, mask);
    v.integer({"features", "features: numbers per position", 1, 1 << 20}, features);
    v.choice({"positions", "position embedding"}, positions, kinds);
    v.boolean({"causal", "a position sees those before it only"}, causal);
    v.choice({"head", "classify: one answer; tokens: one per position; none: the last layer's output"}, head,
             heads_of_network);
    v.choice({"pool", "classify: what of the sequence is read"}, pool, pools);
    v.number({"dropout", "rate behind embedding, attention and feed-forward networks", 0, 0.99}, dropout);
    v.number({"drop_path", "rate of the last layer; grows linearly from 0", 0, 0.99}, drop_path);
}

TransformerSpace::TransformerSpace(TransformerOptions options, const TaskShape& task)
    : options_(std::move(options)),
      classes_(task.classes),
      ratio_(given(options_.ffn_ratio)),
      genes_({"layers", read_choices(options_.layers, layers_rule)}),
      heads_(genes_.add({"heads", read_choices(options_.heads, heads_rule), options_.per_layer, false})),
      ffn_(genes_.add({"ffn",
                       ratio_ ? read_choices(options_.ffn_ratio, ratio_rule) : read_choices(options_.ffn, ffn_rule),
                       options_.per_layer, !options_.per_layer})),
      hidden_(genes_.add({"hidden", read_choices(options_.hidden, hidden_rule)})),
      activation_(genes_.add({"activation", indices(options_.activation), false, true, false})),
      norm_(genes_.add({"norm", indices(options_.norm), false, true, false})) {
    check_names(options_);
    if (task.sequence > 0) options_.sequence = task.sequence;
    if (task.vocabulary > 0) options_.vocabulary = task.vocabulary;
    const double narrowest = std::ranges::min(genes_.gene(hidden_).values),
                 most = std::ranges::max(genes_.gene(heads_).values);
    if (options_.head_size == 0 && narrowest < most)
        throw ConfigError(fmt::format(
            "space transformer: expected at most as many heads as hidden is wide, got {} and {}", most, narrowest));
}

std::int64_t TransformerSpace::hidden(const Encoding& x) const {
    const std::int64_t width = std::llround(genes_.value(x, hidden_));
    if (options_.per_layer || options_.head_size > 0) return width;
    return rounded_down(width, std::llround(genes_.value(x, heads_)));
}

TransformerBlock TransformerSpace::block(const Encoding& x, std::int64_t layer) const {
    const std::int64_t heads = std::llround(genes_.value(x, heads_, layer)), width = hidden(x);
    const double ffn = genes_.value(x, ffn_, layer);
    const auto last = static_cast<double>(std::max<std::int64_t>(1, genes_.depth(x) - 1));
    return {.qkv = options_.head_size > 0 ? heads * options_.head_size : rounded_down(width, heads),
            .heads = heads,
            .ffn = ratio_ ? ffn_width(ffn, width) : std::llround(ffn),
            .activation = activation_from(options_.activation[genes_.choice(x, activation_)]),
            .pre_norm = options_.norm[genes_.choice(x, norm_)] == "pre",
            .causal = options_.causal,
            .dropout = options_.dropout,
            .drop_path = options_.drop_path * static_cast<double>(layer) / last};
}

Network TransformerSpace::do_decode(const Encoding& x) const {
    Frame frame(options_, hidden(x), block(x, 0).pre_norm);
    NodeId at = frame.embedded();
    for (std::int64_t i = 0; i < genes_.depth(x); ++i) {
        frame.builder().push_scope(fmt::format("layers.{}", i));
        at = append_encoder_block(frame.builder(), at, block(x, i), frame.mask());
        frame.builder().pop_scope();
    }
    return frame.finish(at, classes_);
}

Encoding TransformerSpace::do_canonical(const Encoding& x) const {
    Encoding result = genes_.canonical(x);
    const std::int64_t width = hidden(x);
    std::int16_t& choice = result[genes_.slot(hidden_)];
    for (choice = 0; hidden(result) != width;) ++choice;
    const std::int64_t copies = options_.per_layer ? genes_.depth(x) : 1;
    for (std::int64_t i = 0; ratio_ && i < copies; ++i)
        result[genes_.slot(ffn_, i)] = first_equal_ffn(genes_.gene(ffn_).values, genes_.choice(x, ffn_, i), width);
    return result;
}

Encoding TransformerSpace::do_mutate(const Encoding& x, const MutationRates& rates, Rng& rng) const {
    return genes_.mutate(x, rates, rng);
}

Encoding TransformerSpace::do_crossover(const Encoding& a, const Encoding& b, Rng& rng) const {
    return genes_.crossover(a, b, rng);
}

Encoding TransformerSpace::do_parse(std::string_view arch) const {
    return arch.starts_with('{') ? parse_json(arch) : SearchSpace::do_parse(arch);
}

Encoding TransformerSpace::parse_json(std::string_view json) const {
    const auto fail = [&](std::string_view expected) {
        throw EncodingError(fmt::format("space transformer: expected {}, got {}", expected, json));
    };
    if (options_.per_layer) fail("another notation, because layers differ");
    ConfigNode node;
    try {
        node = parse_yaml(json, "arch");
    } catch (const ConfigError& error) {
        fail(fmt::format("a JSON object ({})", error.what()));
    }
    Encoding x(decisions().size(), 0);
    std::optional<double> hidden_size;
    for (const auto& [key, value] : node.map) {
        const auto at = std::find_if(json_keys.begin(), json_keys.end(), [&](const auto& k) { return k == key; });
        const std::optional<double> number = parse_number(value.scalar);
        if (at == json_keys.end() || !number) fail(fmt::format("numbers of {}", fmt::join(json_keys, ", ")));
        const auto slot = static_cast<std::size_t>(at - json_keys.begin());  // the keys stand in slot order
        if (slot == genes_.slot(hidden_)) {
            hidden_size = number;
            continue;
        }
        const std::vector<double>& values = decisions()[slot].values;
        const auto choice = std::find(values.begin(), values.end(), *number);
        if (choice == values.end()) fail(fmt::format("{} among {}", key, fmt::join(values, ", ")));
        x[slot] = static_cast<std::int16_t>(choice - values.begin());
    }
    if (!hidden_size) return x;
    std::int16_t& choice = x[genes_.slot(hidden_)];
    const auto n_choices = static_cast<std::int16_t>(genes_.gene(hidden_).values.size());
    while (choice < n_choices && static_cast<double>(hidden(x)) != *hidden_size &&
           genes_.value(x, hidden_) != *hidden_size)
        ++choice;
    if (choice == n_choices) fail("a hidden_size that the choices give");
    return x;
}

std::string TransformerSpace::do_choice_text(std::size_t slot, std::size_t choice) const {
    if (slot == genes_.slot(activation_)) return options_.activation[choice];
    if (slot == genes_.slot(norm_)) return options_.norm[choice];
    return format_number(decisions()[slot].values[choice]);
}

}  // namespace hpnas
