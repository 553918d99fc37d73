#pragma once
#include "hpnas/op/activation.hpp"
#include "hpnas/op/operator.hpp"

namespace hpnas {

/// Attributes of a two-dimensional convolution with a square kernel.
struct Conv2dAttributes {
    std::int64_t out = 1;  ///< output channels K
    std::int64_t kernel = 1;
    std::int64_t stride = 1;
    std::int64_t padding = -1;  ///< on every side; negative: dilation * (kernel - 1) / 2
    std::int64_t dilation = 1;
    std::int64_t groups = 1;  ///< groups == C == K is depthwise
    bool bias = false;
    Activation activation = Activation::none;  ///< set by fold_for_inference: none, relu or swish
    bool residual = false;  ///< set by fold_for_inference: a second input is added before the activation
    void visit(OptionVisitor& v);
};

/// Two-dimensional convolution. src [H, W, C] (, residual [H', W', K]), weight [K, kernel, kernel, C / groups], bias
/// [K], dst [H', W', K], H' = (H + 2 padding - dilation (kernel - 1) - 1) / stride + 1. Weight and bias start uniform
/// in
/// +-1 / sqrt(kernel^2 C / groups) (He et al., ICCV 2015, with a = sqrt(5), as PyTorch). With an activation or a
/// residual it is a deployed operator, which compiles in inference mode only.
class Conv2d final : public Operator {
public:
    /// @throws ShapeError if an attribute is out of range
    explicit Conv2d(Conv2dAttributes attributes);
    const Conv2dAttributes& attributes() const noexcept { return attributes_; }

    std::string_view type() const noexcept override { return "conv2d"; }
    Shape output_shape(std::span<const Shape> inputs) const override;
    std::vector<ParameterSpec> parameters(std::span<const Shape> inputs) const override;
    std::int64_t macs(std::span<const Shape> inputs) const override;
    std::unique_ptr<OperatorKernel> compile(const CompileArgs& args) const override;
    void reference(ReferenceArgs& args) const override;
    void visit_attributes(OptionVisitor& v) const override;

private:
    Conv2dAttributes attributes_;
};

OperatorPtr make_conv2d(Conv2dAttributes attributes);

}  // namespace hpnas
