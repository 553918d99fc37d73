#pragma once
#include "hpnas/op/operator.hpp"

namespace hpnas {

/// Attributes of layer normalisation.
struct LayerNormAttributes {
    std::int64_t axes = 1;  ///< the last 1 or 2 dimensions are normalised together
    double epsilon = 1e-5;
    void visit(OptionVisitor& v);
};

/// Layer normalisation: dst = weight * (src - mean) / sqrt(variance + epsilon) + bias, mean and biased variance over
/// the last `axes` dimensions of each sample and position; src, dst [..., C] (axes 1) or [..., W, C] (axes 2). Weight
/// (starts as 1) and bias (0) have the shape of the normalised dimensions. Source: Ba, Kiros, Hinton,
/// arXiv:1607.06450.
class LayerNorm final : public Operator {
public:
    /// @throws ShapeError if an attribute is out of range
    explicit LayerNorm(LayerNormAttributes attributes);
    const LayerNormAttributes& attributes() const noexcept { return attributes_; }

    std::string_view type() const noexcept override { return "layer_norm"; }
    Shape output_shape(std::span<const Shape> inputs) const override;
    std::vector<ParameterSpec> parameters(std::span<const Shape> inputs) const override;
    std::unique_ptr<OperatorKernel> compile(const CompileArgs& args) const override;
    void reference(ReferenceArgs& args) const override;
    void visit_attributes(OptionVisitor& v) const override;

private:
    LayerNormAttributes attributes_;
};

OperatorPtr make_layer_norm(LayerNormAttributes attributes = {});

}  // namespace hpnas
