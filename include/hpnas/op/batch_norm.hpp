#pragma once
#include "hpnas/op/activation.hpp"
#include "hpnas/op/operator.hpp"

namespace hpnas {

/// Attributes of a batch normalisation.
struct BatchNormAttributes {
    double eps = 1e-5;
    double momentum = 0.1;                     ///< running = (1 - momentum) running + momentum batch
    bool affine = true;                        ///< with learned scale and shift
    Activation activation = Activation::none;  ///< set by fusion: none, relu or swish
    bool residual = false;                     ///< set by fusion: a second input is added before the activation
    void visit(OptionVisitor& v);
};

/// Batch normalisation over the last dimension: dst = f(weight (src - mean) / sqrt(variance + eps) + bias + residual),
/// any rank >= 1. Training uses the batch's statistics (biased variance) and updates the running ones (unbiased
/// variance), else the running ones are used. Source: Ioffe, Szegedy, ICML 2015.
class BatchNorm final : public Operator {
public:
    /// @throws ShapeError if an attribute is out of range
    explicit BatchNorm(BatchNormAttributes attributes);
    const BatchNormAttributes& attributes() const noexcept { return attributes_; }

    std::string_view type() const noexcept override { return "batch_norm"; }
    Shape output_shape(std::span<const Shape> inputs) const override;
    std::vector<ParameterSpec> parameters(std::span<const Shape> inputs) const override;
    std::unique_ptr<OperatorKernel> compile(const CompileArgs& args) const override;
    void reference(ReferenceArgs& args) const override;
    void visit_attributes(OptionVisitor& v) const override;

private:
    BatchNormAttributes attributes_;
};

OperatorPtr make_batch_norm(BatchNormAttributes attributes = {});

}  // namespace hpnas
