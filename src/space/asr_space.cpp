#include "hpnas/space/asr_space.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hpnas/core/error.hpp"
#include "hpnas/op/dropout.hpp"
#include "hpnas/op/embedding.hpp"
#include "hpnas/op/layer_norm.hpp"
#include "hpnas/op/linear.hpp"
#include "hpnas/op/position_embedding.hpp"
#include "hpnas/op/token_mean.hpp"
#include "hpnas/space/asr_front_end.hpp"
#include "hpnas/space/transformer_block.hpp"

namespace hpnas {
namespace {

using Kind = AttributeRule::Kind;
constexpr AttributeRule depth_rule{.key = "depth", .doc = "encoder layers", .min = 1, .max = 100},
    mlp_rule{.key = "mlp",
             .doc = "inner width of a layer's feed-forward network, in d_model",
             .kind = Kind::number,
             .min = 0.1,
             .max = 64},
    heads_rule{.key = "heads", .doc = "attention heads of a layer", .min = 1, .max = 1024},
    d_model_rule{.key = "d_model", .doc = "width of encoder and decoder", .min = 1, .max = 65536};
constexpr double norm_epsilon = 1e-6;
constexpr std::int64_t fewest_frames = 5;  // the mirror image needs three columns after the first reduction, too

/// Adds the parts of one network.
class Assembly {
public:
    Assembly(const AsrOptions& options, std::int64_t d_model) : options_(options), d_(d_model) {}

    NodeId input(const std::string& name, const Shape& shape) { return builder_.input(name, shape); }
    NodeId front_end(NodeId frames) {
        builder_.push_scope("front_end");
        const NodeId result = append_front_end(builder_, frames, options_.dropout);
        builder_.pop_scope();
        return result;
    }
    NodeId encoder(NodeId features, const std::vector<TransformerBlock>& layers) {
        builder_.push_scope("encoder");
        begin("input", fmt::format("asr_encoder_input out={}", d_));
        NodeId at = builder_.add("project", make_linear({.out = d_}), features);
        if (options_.dropout > 0) at = builder_.add("dropout", make_dropout({.rate = options_.dropout}), at);
        at = builder_.add("positions", make_position_embedding({.kind = "sinusoidal"}), at);
        end();
        for (std::size_t i = 0; i < layers.size(); ++i) {
            builder_.push_scope(fmt::format("layers.{}", i));
            at = append_encoder_block(builder_, at, layers[i]);
            builder_.pop_scope();
        }
        at = norm(at);
        builder_.pop_scope();
        return at;
    }
    NodeId decoder(NodeId tokens, NodeId memory, const TransformerBlock& layer) {
        builder_.push_scope("decoder");
        begin("input", fmt::format("asr_decoder_input vocabulary={} out={}", options_.vocabulary, d_));
        const auto width = static_cast<double>(d_);
        NodeId at = builder_.add(
            "embedding",
            make_embedding({.vocabulary = options_.vocabulary,
                            .out = d_,
                            .scale = std::sqrt(width),
                            .deviation = std::sqrt(2 / (static_cast<double>(options_.vocabulary) + width))}),
            tokens);
        at = builder_.add("positions", make_position_embedding({.kind = "sinusoidal"}), at);
        end();
        for (std::int64_t i = 0; i < options_.decoder_layers; ++i) {
            builder_.push_scope(fmt::format("layers.{}", i));
            at = append_decoder_block(builder_, at, memory, layer);
            builder_.pop_scope();
        }
        at = norm(at);
        builder_.pop_scope();
        return at;
    }
    NodeId head(const std::string& name, NodeId input) {
        begin(name, fmt::format("asr_head out={}", options_.vocabulary));
        const NodeId result = builder_.add("fc", make_linear({.out = options_.vocabulary}), input);
        end();
        return result;
    }
    NodeId classifier(NodeId encoded, std::int64_t classes) {
        begin("classify", fmt::format("asr_classify out={}", classes));
        const NodeId mean = builder_.add("mean", make_token_mean(), encoded);
        const NodeId result = builder_.add("fc", make_linear({.out = classes}), mean);
        end();
        return result;
    }
    Network finish(std::vector<NodeId> outputs) { return std::move(builder_).finish(std::move(outputs)); }

private:
    void begin(const std::string& scope, std::string key) {
        builder_.push_scope(scope);
        builder_.begin_block(std::move(key));
    }
    void end() {
        builder_.end_block();
        builder_.pop_scope();
    }
    NodeId norm(NodeId input) {
        begin("final", "asr_norm");
        const NodeId result = builder_.add("norm", make_layer_norm({.epsilon = norm_epsilon}), input);
        end();
        return result;
    }

    const AsrOptions& options_;
    std::int64_t d_;
    NetworkBuilder builder_;
};

TransformerBlock layer_of(std::int64_t d_model, std::int64_t heads, std::int64_t ffn, double dropout) {
    return {.qkv = d_model,
            .heads = heads,
            .ffn = ffn,
            .epsilon = norm_epsilon,
            .dropout = dropout,
            .inner_dropout = dropout};
}

}  // namespace

void AsrOptions::visit(OptionVisitor& v) {
    for (const auto& [rule, node] :
         {std::pair{&depth_rule, &depth}, {&mlp_rule, &mlp}, {&heads_rule, &heads}, {&d_model_rule, &d_model}})
        v.subtree({rule->key, rule->doc}, *node);
    v.integer({"frames", "length of the spectrogram unless the task says", 1, 1 << 20}, frames);
    v.integer({"mels", "features of a frame", 1, 4096}, mels);
    v.integer({"tokens", "length of the text that the decoder reads", 1, 1 << 20}, tokens);
    v.integer({"vocabulary", "different tokens unless the task says", 1, 1 << 24}, vocabulary);
    v.integer({"decoder_layers", "0: encoder alone", 0, 100}, decoder_layers);
    v.integer({"decoder_heads", "attention heads of every decoder layer", 1, 1024}, decoder_heads);
    v.integer({"decoder_ffn", "inner width of every decoder layer", 1, 1 << 20}, decoder_ffn);
    v.boolean({"front_end", "convolutions on the spectrogram; false: the input is what they would give"}, front_end);
    v.boolean({"seq", "output of the decoder over the vocabulary, not over d_model"}, seq);
    v.boolean({"ctc", "one more output, of the encoder over the vocabulary"}, ctc);
    v.boolean({"classify", "one output of the classes, of the mean over the encoder's frames; without decoder and ctc"},
              classify);
    v.number({"dropout", "rate everywhere", 0, 0.99}, dropout);
}

AsrSpace::AsrSpace(AsrOptions options, const TaskShape& task)
    : options_(std::move(options)),
      classes_(task.classes),
      genes_({"depth", read_choices(options_.depth, depth_rule)}),
      mlp_(genes_.add({"mlp", read_choices(options_.mlp, mlp_rule), true, false})),
      heads_(genes_.add({"heads", read_choices(options_.heads, heads_rule), true, false})),
      d_model_(genes_.add({"d_model", read_choices(options_.d_model, d_model_rule)})) {
    if (task.sequence > 0) options_.frames = task.sequence;
    if (task.vocabulary > 0) options_.vocabulary = task.vocabulary;
    check();
}

void AsrSpace::check() const {
    const auto divides = [](double heads, double width) { return std::fmod(width, heads) == 0; };
    for (const double width : genes_.gene(d_model_).values) {
        for (const double heads : genes_.gene(heads_).values)
            if (!divides(heads, width))
                throw ConfigError(
                    fmt::format("space asr: expected heads that divide d_model, got {} and {}", heads, width));
        if (options_.decoder_layers > 0 && !divides(static_cast<double>(options_.decoder_heads), width))
            throw ConfigError(fmt::format("space asr: expected decoder_heads that divide d_model, got {} and {}",
                                          options_.decoder_heads, width));
    }
    if (options_.classify && (options_.decoder_layers > 0 || options_.ctc))
        throw ConfigError("space asr: classify: expected decoder_layers: 0 and ctc: false");
    if (options_.front_end && std::min(options_.frames, options_.mels) < fewest_frames)
        throw ConfigError(fmt::format("space asr: expected at least {} frames and mels, got {} and {}", fewest_frames,
                                      options_.frames, options_.mels));
}

std::int64_t AsrSpace::d_model(const Encoding& x) const { return std::llround(genes_.value(x, d_model_)); }

Encoding AsrSpace::do_canonical(const Encoding& x) const {
    Encoding result = genes_.canonical(x);
    for (std::int64_t i = 0; i < genes_.depth(x); ++i)
        result[genes_.slot(mlp_, i)] = first_equal_ffn(genes_.gene(mlp_).values, genes_.choice(x, mlp_, i), d_model(x));
    return result;
}

Network AsrSpace::do_decode(const Encoding& x) const {
    const AsrOptions& o = options_;
    const std::int64_t d = d_model(x);
    Assembly assembly(o, d);
    const Shape frames = o.front_end ? Shape{o.frames, o.mels, 1}
                                     : Shape{front_end_size(o.frames), front_end_size(o.mels) * front_end_channels};
    NodeId features = assembly.input("frames", frames);
    const NodeId tokens = o.decoder_layers > 0 ? assembly.input("tokens", {o.tokens}) : -1;
    if (o.front_end) features = assembly.front_end(features);
    std::vector<TransformerBlock> layers;
    for (std::int64_t i = 0; i < genes_.depth(x); ++i)
        layers.push_back(
            layer_of(d, std::llround(genes_.value(x, heads_, i)), ffn_width(genes_.value(x, mlp_, i), d), o.dropout));
    const NodeId encoded = assembly.encoder(features, layers);
    if (o.classify) return assembly.finish({assembly.classifier(encoded, classes_)});
    std::vector<NodeId> outputs{encoded};
    if (o.decoder_layers > 0) {
        TransformerBlock layer = layer_of(d, o.decoder_heads, o.decoder_ffn, o.dropout);
        layer.causal = true;
        outputs[0] = assembly.decoder(tokens, encoded, layer);
        if (o.seq) outputs[0] = assembly.head("seq", outputs[0]);
    }
    if (o.ctc && o.decoder_layers == 0) return assembly.finish({assembly.head("ctc", encoded)});
    if (o.ctc) outputs.push_back(assembly.head("ctc", encoded));
    return assembly.finish(std::move(outputs));
}

Encoding AsrSpace::do_mutate(const Encoding& x, const MutationRates& rates, Rng& rng) const {
    return genes_.mutate(x, rates, rng);
}

Encoding AsrSpace::do_crossover(const Encoding& a, const Encoding& b, Rng& rng) const {
    return genes_.crossover(a, b, rng);
}

Encoding AsrSpace::do_parse(std::string_view arch) const {
    if (!arch.starts_with('(')) return SearchSpace::do_parse(arch);
    try {
        return genes_.parse_tuple(arch);
    } catch (const EncodingError& error) {
        throw EncodingError(fmt::format("space asr: {}", error.what()));
    }
}

std::string AsrSpace::do_format(const Encoding& x) const {
    return do_canonical(x) == x ? genes_.format_tuple(x) : SearchSpace::do_format(x);
}

}  // namespace hpnas
