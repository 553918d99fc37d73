#include <hpnas/kernel/reference.hpp>

#include <cmath>
#include <cstddef>

namespace hpnas::kernel::reference {

void batch_statistics(const BatchNormShape& shape, const Values& src, Values& mean, Values& variance) {
    const auto channels = static_cast<std::size_t>(shape.channels);
    const auto rows = static_cast<double>(shape.rows);
    mean.assign(channels, 0.0);
    variance.assign(channels, 0.0);
    for (std::size_t i = 0; i < src.size(); ++i) mean[i % channels] += src[i] / rows;
    for (std::size_t i = 0; i < src.size(); ++i)
        variance[i % channels] += (src[i] - mean[i % channels]) * (src[i] - mean[i % channels]) / rows;
}

namespace {

/// The normalised values and the input of the activation.
struct Normalised {
    Values hat, activation_input;
};

Normalised normalise(const BatchNormShape& shape, const BatchNormInput& in) {
    const auto channels = static_cast<std::size_t>(shape.channels);
    Normalised result{Values(in.src.size()), Values(in.src.size())};
    for (std::size_t i = 0; i < in.src.size(); ++i) {
        const std::size_t c = i % channels;
        const double hat = (in.src[i] - in.mean[c]) / std::sqrt(in.variance[c] + static_cast<double>(shape.epsilon));
        result.hat[i] = hat;
        result.activation_input[i] = in.gamma[c] * hat + in.beta[c] + (in.residual.empty() ? 0.0 : in.residual[i]);
    }
    return result;
}

}  // namespace

Values batch_norm_forward(const BatchNormShape& shape, const BatchNormInput& input) {
    return activation_forward(shape.activation, normalise(shape, input).activation_input);
}

BatchNormGradients batch_norm_backward(const BatchNormShape& shape, const BatchNormInput& input, const Values& diff_dst,
                                       bool training) {
    const auto channels = static_cast<std::size_t>(shape.channels);
    const Normalised norm = normalise(shape, input);
    BatchNormGradients g{Values(input.src.size()), Values(channels), Values(channels), {}};
    g.residual = activation_backward(shape.activation, norm.activation_input, diff_dst);
    for (std::size_t i = 0; i < diff_dst.size(); ++i) {
        g.gamma[i % channels] += g.residual[i] * norm.hat[i];
        g.beta[i % channels] += g.residual[i];
    }
    const auto rows = static_cast<double>(shape.rows);
    for (std::size_t i = 0; i < diff_dst.size(); ++i) {
        const std::size_t c = i % channels;
        const double through_statistics = training ? (g.beta[c] + norm.hat[i] * g.gamma[c]) / rows : 0.0;
        g.src[i] = input.gamma[c] / std::sqrt(input.variance[c] + static_cast<double>(shape.epsilon)) *
                   (g.residual[i] - through_statistics);
    }
    return g;
}

namespace {

struct Excitation {
    Values mean, hidden, gate_input;  // [n, c], [n, reduced] before the activation, [n, c] before the sigmoid
};

Excitation excite(const SqueezeExciteShape& s, const SqueezeExciteInput& in) {
    Excitation e;
    e.mean = global_average_pool_forward(in.src, s.n, s.h * s.w, s.c);
    const MatmulShape reduce{.m = s.n, .n = s.reduced, .k = s.c, .transpose_b = true, .bias = true};
    e.hidden = matmul(reduce, e.mean, in.reduce, in.reduce_bias);
    const MatmulShape expand{.m = s.n, .n = s.c, .k = s.reduced, .transpose_b = true, .bias = true};
    e.gate_input = matmul(expand, activation_forward(s.activation, e.hidden), in.expand, in.expand_bias);
    return e;
}

}  // namespace

Values squeeze_excite_forward(const SqueezeExciteShape& s, const SqueezeExciteInput& input) {
    const Values gate = activation_forward(Activation::sigmoid, excite(s, input).gate_input);
    Values dst(input.src.size());
    const auto c = static_cast<std::size_t>(s.c), image = static_cast<std::size_t>(s.h * s.w * s.c);
    for (std::size_t i = 0; i < dst.size(); ++i) dst[i] = input.src[i] * gate[i / image * c + i % c];
    return dst;
}

SqueezeExciteInput squeeze_excite_backward(const SqueezeExciteShape& s, const SqueezeExciteInput& input,
                                           const Values& diff_dst) {
    const Excitation e = excite(s, input);
    const Values gate = activation_forward(Activation::sigmoid, e.gate_input);
    const auto c = static_cast<std::size_t>(s.c), image = static_cast<std::size_t>(s.h * s.w * s.c);
    Values diff_gate(gate.size());
    for (std::size_t i = 0; i < diff_dst.size(); ++i) diff_gate[i / image * c + i % c] += diff_dst[i] * input.src[i];
    const Values diff_gate_input = activation_backward(Activation::sigmoid, e.gate_input, diff_gate);
    const Values hidden = activation_forward(s.activation, e.hidden);
    SqueezeExciteInput g;
    const MatmulShape expand_weights{.m = s.c, .n = s.reduced, .k = s.n, .transpose_a = true};
    g.expand = matmul(expand_weights, diff_gate_input, hidden, {});
    g.expand_bias = bias_backward(diff_gate_input, s.c);
    const MatmulShape to_hidden{.m = s.n, .n = s.reduced, .k = s.c};
    const Values diff_hidden =
        activation_backward(s.activation, e.hidden, matmul(to_hidden, diff_gate_input, input.expand, {}));
    const MatmulShape reduce_weights{.m = s.reduced, .n = s.c, .k = s.n, .transpose_a = true};
    g.reduce = matmul(reduce_weights, diff_hidden, e.mean, {});
    g.reduce_bias = bias_backward(diff_hidden, s.reduced);
    const MatmulShape to_mean{.m = s.n, .n = s.c, .k = s.reduced};
    g.src = global_average_pool_backward(matmul(to_mean, diff_hidden, input.reduce, {}), s.n, s.h * s.w, s.c);
    for (std::size_t i = 0; i < diff_dst.size(); ++i) g.src[i] += diff_dst[i] * gate[i / image * c + i % c];
    return g;
}

}  // namespace hpnas::kernel::reference
