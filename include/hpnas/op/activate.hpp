#pragma once
#include "hpnas/op/activation.hpp"
#include "hpnas/op/operator.hpp"

namespace hpnas {

/// Element-wise non-linearity of one input of any shape: registered as relu, swish, sigmoid, gelu, tanh
/// leaky_relu and relu6.
class Activate final : public Operator {
public:
    /// @throws ShapeError for Activation::none
    explicit Activate(Activation kind);
    Activation kind() const noexcept { return kind_; }

    std::string_view type() const noexcept override { return to_string(kind_); }
    Shape output_shape(std::span<const Shape> inputs) const override;
    std::unique_ptr<OperatorKernel> compile(const CompileArgs& args) const override;
    void reference(ReferenceArgs& args) const override;

private:
    Activation kind_;
};

OperatorPtr make_activation(Activation kind);
inline OperatorPtr make_relu() { return make_activation(Activation::relu); }
inline OperatorPtr make_swish() { return make_activation(Activation::swish); }
inline OperatorPtr make_sigmoid() { return make_activation(Activation::sigmoid); }
inline OperatorPtr make_gelu() { return make_activation(Activation::gelu); }
inline OperatorPtr make_tanh() { return make_activation(Activation::tanh); }
inline OperatorPtr make_relu6() { return make_activation(Activation::relu6); }
inline OperatorPtr make_leaky_relu() { return make_activation(Activation::leaky_relu); }

}  // namespace hpnas
