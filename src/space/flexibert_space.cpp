#include "hpnas/space/flexibert_space.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "hpnas/config/scalar.hpp"
#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

constexpr AttributeRule hidden_rule{.key = "hidden", .doc = "width between the layers", .min = 1, .max = 65536},
    layers_rule{.key = "layers", .doc = "encoder layers", .min = 1, .max = 1000},
    heads_rule{.key = "heads", .doc = "attention heads of a layer", .min = 1, .max = 1024},
    ffn_rule{.key = "ffn", .doc = "inner width of a feed-forward network", .min = 1, .max = 1 << 20},
    stack_rule{.key = "stack", .doc = "inner layers of a feed-forward network", .min = 1, .max = 100};

std::vector<double> indices(std::size_t count) {
    std::vector<double> result;
    for (std::size_t i = 0; i < count; ++i) result.push_back(static_cast<double>(i));
    return result;
}

std::vector<std::string_view> pieces(std::string_view text, char separator) {
    std::vector<std::string_view> result;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(separator, begin), text.size());
        result.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return result;
}

}  // namespace

void FlexibertOptions::visit(OptionVisitor& v) {
    static constexpr std::array<std::string_view, 2> heads_of_network{"classify", "none"};
    for (const auto& [rule, node] : {std::pair{&hidden_rule, &hidden},
                                     {&layers_rule, &layers},
                                     {&heads_rule, &heads},
                                     {&ffn_rule, &ffn},
                                     {&stack_rule, &stack}})
        v.subtree({rule->key, rule->doc}, *node);
    v.texts({"operations", "choices among SA-SDP, SA-WMA, LT-DFT, LT-DCT, DSC-k"}, operations);
    v.integer({"embedding", "width of the embeddings; projected to hidden where it differs", 1, 65536}, embedding);
    v.integer({"sequence", "tokens of a sample unless the task says", 1, 1 << 16}, sequence);
    v.integer({"vocabulary", "different tokens unless the task says", 1, 1 << 24}, vocabulary);
    v.integer({"positions", "longest sequence that the position table serves", 1, 1 << 16}, positions);
    v.integer({"types", "types of segments", 1, 1000}, types);
    v.integer({"padding", "token that attention does not see", 0, 1 << 24}, padding);
    v.number({"dropout", "rate behind the embeddings, at the end of every branch and before the classifier", 0, 0.99},
             dropout);
    v.number({"epsilon", "of the layer norms", 1e-15, 1}, epsilon);
    v.choice({"head", "classify: the pooled first token; none: the hidden states"}, head, heads_of_network);
}

FlexibertSpace::FlexibertSpace(FlexibertOptions options, const TaskShape& task)
    : options_(std::move(options)),
      frame_{.sequence = task.sequence > 0 ? task.sequence : options_.sequence,
             .vocabulary = task.vocabulary > 0 ? task.vocabulary : options_.vocabulary,
             .positions = options_.positions,
             .types = options_.types,
             .padding = options_.padding,
             .classes = task.classes,
             .dropout = options_.dropout,
             .epsilon = options_.epsilon,
             .head = options_.head},
      genes_({"layers", read_choices(options_.layers, layers_rule)}),
      operation_(genes_.add({"operation", indices(options_.operations.size()), true, false, false})),
      heads_(genes_.add({"heads", read_choices(options_.heads, heads_rule), true, false})),
      ffn_(genes_.add({"ffn", read_choices(options_.ffn, ffn_rule), true, false})),
      stack_(genes_.add({"stack", read_choices(options_.stack, stack_rule), true, false})),
      hidden_(genes_.add({"hidden", read_choices(options_.hidden, hidden_rule)})) {
    check();
}

void FlexibertSpace::check() const {
    const std::vector<std::string>& names = options_.operations;
    if (names.empty()) throw ConfigError("space flexibert: operations: expected at least one name");
    bool convolutions = false;
    for (auto name = names.begin(); name != names.end(); ++name) {
        if (std::find(names.begin(), name, *name) != name)
            throw ConfigError(fmt::format("space flexibert: operations: '{}' is there twice", *name));
        try {
            convolutions = convolutions || flexibert_operation(*name).kind == FlexibertOperation::Kind::convolution;
        } catch (const EncodingError& error) {
            throw ConfigError(fmt::format("space flexibert: operations: {}", error.what()));
        }
    }
    for (const double hidden : genes_.gene(hidden_).values)
        for (const double heads : genes_.gene(heads_).values)
            if (std::fmod(hidden, heads) != 0 || (convolutions && std::fmod(heads, 2) != 0))
                throw ConfigError(fmt::format("space flexibert: expected heads that divide hidden{}, got {} and {}",
                                              convolutions ? " and are even" : "", heads, hidden));
    if (frame_.sequence > frame_.positions)
        throw ConfigError(fmt::format("space flexibert: expected a sequence of at most {} tokens (positions), got {}",
                                      frame_.positions, frame_.sequence));
}

FlexibertLayer FlexibertSpace::layer(const Encoding& x, std::int64_t number) const {
    return {.operation = options_.operations[genes_.choice(x, operation_, number)],
            .heads = std::llround(genes_.value(x, heads_, number)),
            .ffn = std::llround(genes_.value(x, ffn_, number)),
            .stack = std::llround(genes_.value(x, stack_, number)),
            .dropout = options_.dropout,
            .epsilon = options_.epsilon};
}

Network FlexibertSpace::do_decode(const Encoding& x) const {
    NetworkBuilder builder;
    const NodeId tokens = builder.input("tokens", {frame_.sequence}),
                 segments = builder.input("segments", {frame_.sequence});
    const NodeId mask = within_scope(builder, "mask", [&] { return frame_.append_mask(builder, tokens); });
    NodeId at = within_scope(builder, "embeddings", [&] {
        return frame_.append_embeddings(builder, tokens, segments, options_.embedding,
                                        std::llround(genes_.value(x, hidden_)));
    });
    for (std::int64_t i = 0; i < genes_.depth(x); ++i)
        at = within_scope(builder, fmt::format("layers.{}", i),
                          [&] { return append_flexibert_layer(builder, at, layer(x, i), mask); });
    if (options_.head != "none") at = within_scope(builder, "head", [&] { return frame_.append_end(builder, at); });
    return std::move(builder).finish({at});
}

Encoding FlexibertSpace::do_canonical(const Encoding& x) const {
    Encoding result = genes_.canonical(x);
    for (std::int64_t i = 0; i < genes_.depth(x); ++i)
        if (!flexibert_operation(layer(x, i).operation).has_heads()) result[genes_.slot(heads_, i)] = 0;
    return result;
}

Encoding FlexibertSpace::do_mutate(const Encoding& x, const MutationRates& rates, Rng& rng) const {
    return genes_.mutate(x, rates, rng);
}

Encoding FlexibertSpace::do_crossover(const Encoding& a, const Encoding& b, Rng& rng) const {
    return genes_.crossover(a, b, rng);
}

std::int16_t FlexibertSpace::find(std::size_t slot, std::string_view text) const {
    const Decision& decision = decisions()[slot];
    std::vector<std::string> texts;
    for (std::size_t choice = 0; choice < decision.values.size(); ++choice) {
        texts.push_back(do_choice_text(slot, choice));
        if (texts.back() == text) return static_cast<std::int16_t>(choice);
    }
    throw EncodingError(
        fmt::format("space flexibert: {}: expected one of {}, got '{}'", decision.name, fmt::join(texts, ", "), text));
}

void FlexibertSpace::parse_layer(std::string_view text, std::int64_t number, Encoding& x) const {
    const std::size_t ffn = text.rfind("-ff"), heads = text.rfind("-h", ffn), stack = text.rfind('x');
    if (ffn == text.npos || heads == text.npos || stack == text.npos || stack < ffn)
        throw EncodingError(fmt::format("space flexibert: expected a layer such as SA-SDP-h2-ff512x1, got '{}'", text));
    const auto set = [&](std::size_t gene, std::string_view value) {
        const std::size_t slot = genes_.slot(gene, number);
        x[slot] = find(slot, value);
    };
    set(operation_, text.substr(0, heads));
    set(heads_, text.substr(heads + 2, ffn - heads - 2));
    set(ffn_, text.substr(ffn + 3, stack - ffn - 3));
    set(stack_, text.substr(stack + 1));
}

Encoding FlexibertSpace::do_parse(std::string_view arch) const {
    const std::size_t colon = arch.find(':');
    if (colon == arch.npos || arch.starts_with("v:")) return SearchSpace::do_parse(arch);
    const std::vector<std::string_view> layers = pieces(arch.substr(colon + 1), ',');
    Encoding x(decisions().size(), 0);
    x[genes_.slot(hidden_)] = find(genes_.slot(hidden_), arch.substr(0, colon));
    x[0] = find(0, std::to_string(layers.size()));
    for (std::size_t i = 0; i < layers.size(); ++i) parse_layer(layers[i], static_cast<std::int64_t>(i), x);
    return x;
}

std::string FlexibertSpace::do_format(const Encoding& x) const {
    if (genes_.canonical(x) != x) return SearchSpace::do_format(x);
    std::vector<std::string> layers;
    for (std::int64_t i = 0; i < genes_.depth(x); ++i) {
        const FlexibertLayer one = layer(x, i);
        layers.push_back(fmt::format("{}-h{}-ff{}x{}", one.operation, one.heads, one.ffn, one.stack));
    }
    return fmt::format("{}:{}", genes_.value(x, hidden_), fmt::join(layers, ","));
}

std::string FlexibertSpace::do_choice_text(std::size_t slot, std::size_t choice) const {
    const std::size_t first = genes_.slot(operation_);
    const bool operation = slot >= first && slot < first + static_cast<std::size_t>(genes_.max_depth());
    return operation ? options_.operations[choice] : format_number(decisions()[slot].values[choice]);
}

}  // namespace hpnas
