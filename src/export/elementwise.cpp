#include <algorithm>

#include "hpnas/op/activate.hpp"
#include "hpnas/op/add.hpp"
#include "hpnas/op/drop_path.hpp"
#include "translation.hpp"

namespace hpnas {
namespace {

/// The first `n` inputs in one layout: channels-first if any of them is.
struct Operands {
    std::vector<std::string> names;
    bool channels_first = false;

    Operands(const Translation& t, std::size_t n) {
        for (std::size_t i = 0; i < n; ++i) channels_first = channels_first || t.src(i).channels_first;
        for (std::size_t i = 0; i < n; ++i) names.push_back(channels_first ? t.image(i) : t.plain(i));
    }
    OnnxValue result(const Translation& t, std::string name) const {
        return channels_first ? t.image_result(std::move(name)) : t.plain_result(std::move(name));
    }
};

/// x * Phi(x) in the form that runtimes know as one operator.
std::string gelu(const Translation& t, const std::string& x) {
    GraphWriter& graph = t.graph();
    const std::string scaled = t.add("Div", {x, graph.scalar(1.41421356F)});
    const std::string twice_phi = t.add("Add", {t.add("Erf", {scaled}), graph.scalar(1.0F)});
    return t.add("Mul", {t.add("Mul", {x, twice_phi}), graph.scalar(0.5F)});
}

}  // namespace

std::string Translation::activated(Activation activation, const std::string& x) const {
    switch (activation) {
        case Activation::none:
            return x;
        case Activation::relu:
            return add("Relu", {x});
        case Activation::relu6:
            return add("Clip", {x, graph_.scalar(0.0F), graph_.scalar(6.0F)});
        case Activation::swish:
            return add("Mul", {x, add("Sigmoid", {x})});
        case Activation::sigmoid:
            return add("Sigmoid", {x});
        case Activation::gelu:
            return gelu(*this, x);
        case Activation::tanh:
            return add("Tanh", {x});
        case Activation::leaky_relu:
            return add("LeakyRelu", {x}, {{"alpha", 0.01F}});
    }
    throw InternalError("onnx: no translation of the activation " + std::string(to_string(activation)));
}

OnnxValue translate_activation(const Translation& t) {
    OnnxValue result = t.src();
    result.name = t.activated(t.op<Activate>().kind(), result.name);
    return result;
}

OnnxValue translate_add(const Translation& t) {
    const Operands operands(t, 2);
    return operands.result(t, t.activated(t.op<Add>().attributes().activation, t.add("Add", operands.names)));
}

OnnxValue translate_multiply(const Translation& t) {
    const Operands operands(t, 2);
    return operands.result(t, t.add("Mul", operands.names));
}

/// The weights are one more input, [N, number of values].
OnnxValue translate_weighted_sum(const Translation& t) {
    GraphWriter& graph = t.graph();
    const std::size_t n = t.n_src() - 1;
    const Operands operands(t, n);
    const std::vector<std::int64_t> ones(static_cast<std::size_t>(t.shape().rank()), 1);
    std::vector<std::string> terms;
    for (std::size_t k = 0; k < n; ++k) {
        const std::int64_t index = static_cast<std::int64_t>(k);
        const std::string weight =
            t.add("Gather", {t.plain(n), graph.list(std::span(&index, 1))}, {{"axis", std::int64_t{1}}});
        terms.push_back(t.add("Mul", {operands.names[k], t.reshaped(weight, ones)}));
    }
    return operands.result(t, n == 1 ? terms[0] : t.add("Sum", terms));
}

OnnxValue translate_concat(const Translation& t) {
    const Operands operands(t, t.n_src());
    if (t.n_src() == 1) return t.pass();
    const std::int64_t axis = operands.channels_first ? 1 : t.shape().rank();
    return operands.result(t, t.add("Concat", operands.names, {{"axis", axis}}));
}

/// Also for what only training changes.
OnnxValue translate_identity(const Translation& t) { return t.pass(); }

OnnxValue translate_drop_path(const Translation& t) {
    if (!t.op<DropPath>().attributes().residual) return t.pass();
    const Operands operands(t, 2);
    return operands.result(t, t.add("Add", operands.names));
}

OnnxValue translate_zero(const Translation& t) {
    OnnxValue result = t.src();
    result.name = t.add("ConstantOfShape", {t.add("Shape", {result.name})});
    return result;
}

}  // namespace hpnas
