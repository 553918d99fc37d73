#pragma once
#include "hpnas/op/operator.hpp"

namespace hpnas {

/// Attributes of a dynamic convolution.
struct DynamicConvolutionAttributes {
    std::int64_t heads = 1;   ///< H
    std::int64_t kernel = 3;  ///< k, odd
    void visit(OptionVisitor& v);
};

/// Convolution along a sequence whose kernels are data, one for every token and head, zeros beyond the ends. Inputs:
/// values [L, H * D] and logits [L, H * k], both heads-major; dst [L, H * D],
/// dst[l, h, d] = sum_j softmax_j(logits[l, h, :])[j] values[l + j - k / 2, h, d]. Counts L * k * H * D macs.
/// Sources: Wu et al., ICLR 2019; Jiang et al., ConvBERT, NeurIPS 2020.
class DynamicConvolution final : public Operator {
public:
    /// @throws ShapeError if an attribute is out of range or the kernel even
    explicit DynamicConvolution(DynamicConvolutionAttributes attributes);
    const DynamicConvolutionAttributes& attributes() const noexcept { return attributes_; }

    std::string_view type() const noexcept override { return "dynamic_convolution"; }
    Shape output_shape(std::span<const Shape> inputs) const override;
    std::int64_t macs(std::span<const Shape> inputs) const override;
    std::unique_ptr<OperatorKernel> compile(const CompileArgs& args) const override;
    void reference(ReferenceArgs& args) const override;
    void visit_attributes(OptionVisitor& v) const override;

private:
    DynamicConvolutionAttributes attributes_;
};

OperatorPtr make_dynamic_convolution(DynamicConvolutionAttributes attributes);

}  // namespace hpnas
