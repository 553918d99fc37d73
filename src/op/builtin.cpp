#include "hpnas/op/builtin.hpp"

#include "hpnas/op/activate.hpp"
#include "hpnas/op/add.hpp"
#include "hpnas/op/attention.hpp"
#include "hpnas/op/batch_norm.hpp"
#include "hpnas/op/class_token.hpp"
#include "hpnas/op/concat.hpp"
#include "hpnas/op/conv2d.hpp"
#include "hpnas/op/crop.hpp"
#include "hpnas/op/drop_path.hpp"
#include "hpnas/op/dropout.hpp"
#include "hpnas/op/dynamic_convolution.hpp"
#include "hpnas/op/embedding.hpp"
#include "hpnas/op/fourier_mixing.hpp"
#include "hpnas/op/global_average_pool.hpp"
#include "hpnas/op/identity.hpp"
#include "hpnas/op/layer_norm.hpp"
#include "hpnas/op/linear.hpp"
#include "hpnas/op/multiply.hpp"
#include "hpnas/op/pooling.hpp"
#include "hpnas/op/position_embedding.hpp"
#include "hpnas/op/reflect_pad.hpp"
#include "hpnas/op/reshape.hpp"
#include "hpnas/op/scale_channels.hpp"
#include "hpnas/op/select_token.hpp"
#include "hpnas/op/squeeze_excite.hpp"
#include "hpnas/op/token_convolution.hpp"
#include "hpnas/op/token_mask.hpp"
#include "hpnas/op/token_mean.hpp"
#include "hpnas/op/transpose.hpp"
#include "hpnas/op/weighted_sum.hpp"
#include "hpnas/op/zero.hpp"

namespace hpnas {
namespace {

using Entry = Registry<Operator>::Entry;

/// The entry of an operator that `make` constructs from its attributes.
template <class Attributes, class Make>
Entry entry(std::string name, std::string doc, Make make) {
    return {
        std::move(name), std::move(doc), [](OptionVisitor& v) { Attributes{}.visit(v); },
        [make](const ConfigNode& node, std::string_view path, Diagnostics& diagnostics) -> std::unique_ptr<Operator> {
            Attributes attributes;
            const std::size_t before = diagnostics.lines().size();
            if (node.kind == ConfigNode::Kind::map) read_options(node, path, diagnostics, attributes, {"name"});
            if (diagnostics.lines().size() != before) return nullptr;
            return make(attributes);
        }};
}

struct NoAttributes {
    void visit(OptionVisitor&) {}
};

Entry activation(Activation kind, std::string doc) {
    return entry<NoAttributes>(std::string(to_string(kind)), std::move(doc),
                               [kind](NoAttributes) { return std::make_unique<Activate>(kind); });
}

Entry pooling(Pooling::Kind kind, std::string name, std::string doc) {
    return entry<PoolingAttributes>(std::move(name), std::move(doc), [kind](const PoolingAttributes& attributes) {
        return std::make_unique<Pooling>(kind, attributes);
    });
}

}  // namespace

const Registry<Operator>& operators() {
    static const Registry<Operator> registry(
        "operator",
        {registry_entry<Operator, Conv2d, Conv2dAttributes>("conv2d",
                                                            "two-dimensional convolution, also grouped and depthwise"),
         registry_entry<Operator, Crop, CropAttributes>("crop", "an image without its border"),
         registry_entry<Operator, BatchNorm, BatchNormAttributes>("batch_norm",
                                                                  "batch normalisation over the channels"),
         activation(Activation::relu, "max(x, 0)"),
         activation(Activation::relu6, "min(max(x, 0), 6)"),
         activation(Activation::swish, "x * sigmoid(x), also called SiLU"),
         activation(Activation::sigmoid, "1 / (1 + exp(-x))"),
         activation(Activation::gelu, "x * Phi(x), Phi the normal distribution function"),
         activation(Activation::tanh, "hyperbolic tangent"),
         activation(Activation::leaky_relu, "x if x > 0, else 0.01 x"),
         registry_entry<Operator, LayerNorm, LayerNormAttributes>("layer_norm",
                                                                  "layer normalisation over the last dimensions"),
         registry_entry<Operator, Attention, AttentionAttributes>("attention",
                                                                  "multi-head scaled dot-product attention"),
         registry_entry<Operator, SqueezeExcite, SqueezeExciteAttributes>(
             "squeeze_excite", "channel gates computed from the image's mean"),
         registry_entry<Operator, Add, AddAttributes>("add",
                                                      "sum of two values of one shape, the end of a residual block"),
         registry_entry<Operator, DropPath, DropPathAttributes>("drop_path",
                                                                "drops a residual branch per sample in training"),
         registry_entry<Operator, Dropout, DropoutAttributes>("dropout", "zeroes elements at random in training"),
         entry<NoAttributes>("global_average_pool", "mean over all positions of an image",
                             [](NoAttributes) { return std::make_unique<GlobalAveragePool>(); }),
         registry_entry<Operator, Linear, LinearAttributes>("linear", "fully connected layer over the last dimension"),
         pooling(Pooling::Kind::maximum, "max_pool", "maximum over square windows"),
         pooling(Pooling::Kind::average, "average_pool", "mean over square windows, padding not counted"),
         entry<NoAttributes>("identity", "its input", [](NoAttributes) { return std::make_unique<Identity>(); }),
         entry<NoAttributes>("scale_channels", "an image times one gate per channel",
                             [](NoAttributes) { return std::make_unique<ScaleChannels>(); }),
         registry_entry<Operator, Embedding, EmbeddingAttributes>("embedding", "rows of a table by token id"),
         registry_entry<Operator, PositionEmbedding, PositionEmbeddingAttributes>(
             "position_embedding", "adds a learned or sinusoidal vector per position"),
         registry_entry<Operator, ClassToken, ClassTokenAttributes>("class_token",
                                                                    "a learned vector in front of a sequence"),
         registry_entry<Operator, Reshape, ReshapeAttributes>("reshape", "the same values under other sizes"),
         registry_entry<Operator, Transpose, TransposeAttributes>("transpose", "dimensions in another order"),
         entry<NoAttributes>("concat", "its inputs side by side in the last dimension",
                             [](NoAttributes) { return std::make_unique<Concat>(); }),
         registry_entry<Operator, TokenMean, TokenMeanAttributes>("token_mean", "mean over the tokens of a sequence"),
         registry_entry<Operator, SelectToken, SelectTokenAttributes>("select_token", "one token of a sequence"),
         registry_entry<Operator, TokenConvolution, TokenConvolutionAttributes>(
             "token_convolution", "depthwise convolution along a sequence"),
         registry_entry<Operator, DynamicConvolution, DynamicConvolutionAttributes>(
             "dynamic_convolution", "convolution along a sequence with a computed kernel per token and head"),
         registry_entry<Operator, FourierMixing, FourierMixingAttributes>(
             "fourier_mixing", "Fourier or cosine transform over tokens and channels"),
         entry<NoAttributes>("multiply", "product of two values of one shape, element by element",
                             [](NoAttributes) { return std::make_unique<Multiply>(); }),
         entry<NoAttributes>("weighted_sum", "values of one shape times a weight each, a relaxed choice",
                             [](NoAttributes) { return std::make_unique<WeightedSum>(); }),
         registry_entry<Operator, TokenMask, TokenMaskAttributes>("token_mask", "1 where a token is not padding"),
         registry_entry<Operator, ReflectPad, ReflectPadAttributes>("reflect_pad",
                                                                    "continues an image by its mirror image"),
         entry<NoAttributes>("zero", "zeros of its input's shape, a cut connection",
                             [](NoAttributes) { return std::make_unique<Zero>(); })});
    return registry;
}

}  // namespace hpnas
