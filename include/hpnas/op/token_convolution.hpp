#pragma once
#include "hpnas/op/operator.hpp"

namespace hpnas {

/// Attributes of a convolution over tokens.
struct TokenConvolutionAttributes {
    std::int64_t kernel = 3;  ///< odd
    void visit(OptionVisitor& v);
};

/// Depthwise convolution along a sequence, zeros beyond its ends: src [L, C], weight [kernel, C],
/// dst[l, c] = sum_j weight[j, c] src[l + j - kernel / 2, c]. The weight starts uniform in +-1 / sqrt(kernel). Counts
/// L * kernel * C macs.
class TokenConvolution final : public Operator {
public:
    /// @throws ShapeError if the kernel is even or out of range
    explicit TokenConvolution(TokenConvolutionAttributes attributes);
    const TokenConvolutionAttributes& attributes() const noexcept { return attributes_; }

    std::string_view type() const noexcept override { return "token_convolution"; }
    Shape output_shape(std::span<const Shape> inputs) const override;
    std::vector<ParameterSpec> parameters(std::span<const Shape> inputs) const override;
    std::int64_t macs(std::span<const Shape> inputs) const override;
    std::unique_ptr<OperatorKernel> compile(const CompileArgs& args) const override;
    void reference(ReferenceArgs& args) const override;
    void visit_attributes(OptionVisitor& v) const override;

private:
    TokenConvolutionAttributes attributes_;
};

OperatorPtr make_token_convolution(TokenConvolutionAttributes attributes);

}  // namespace hpnas
