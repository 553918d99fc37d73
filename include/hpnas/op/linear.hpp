#pragma once
#include "hpnas/op/activation.hpp"
#include "hpnas/op/operator.hpp"

namespace hpnas {

/// Attributes of a fully connected layer.
struct LinearAttributes {
    std::int64_t out = 1;  ///< output features K
    bool bias = true;
    Activation activation = Activation::none;  ///< set by fold_for_inference: none, relu or swish
    bool residual = false;                     ///< set by fold_for_inference: src[1] [..., K] is added before it
    void visit(OptionVisitor& v);
};

/// Fully connected layer over the last dimension: src [..., C], weight [K, C], bias [K], dst [..., K]. Weight and bias
/// start uniform in +-1 / sqrt(C), as PyTorch. With an activation or a residual it is a deployed operator, which compiles
/// in inference mode only.
class Linear final : public Operator {
public:
    /// @throws ShapeError if an attribute is out of range
    explicit Linear(LinearAttributes attributes);
    const LinearAttributes& attributes() const noexcept { return attributes_; }

    std::string_view type() const noexcept override { return "linear"; }
    Shape output_shape(std::span<const Shape> inputs) const override;
    std::vector<ParameterSpec> parameters(std::span<const Shape> inputs) const override;
    std::int64_t macs(std::span<const Shape> inputs) const override;
    std::unique_ptr<OperatorKernel> compile(const CompileArgs& args) const override;
    void reference(ReferenceArgs& args) const override;
    void visit_attributes(OptionVisitor& v) const override;

private:
    LinearAttributes attributes_;
};

OperatorPtr make_linear(LinearAttributes attributes);

}  // namespace hpnas
