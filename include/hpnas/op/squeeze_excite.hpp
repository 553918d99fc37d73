#pragma once
#include "hpnas/op/activation.hpp"
#include "hpnas/op/operator.hpp"

namespace hpnas {

/// Attributes of squeeze-and-excitation.
struct SqueezeExciteAttributes {
    std::int64_t reduced = 1;                  ///< width of the hidden vector
    Activation activation = Activation::relu;  ///< of the hidden vector: relu or swish
    void visit(OptionVisitor& v);
};

/// Squeeze-and-excitation: dst = src * sigmoid(expand(f(reduce(mean over H, W of src)))) per channel; src, dst [H, W,
/// C]; parameters reduce.weight [r, C], reduce.bias [r], expand.weight [C, r], expand.bias [C] (two 1x1 convolutions,
/// initialised as such). Costs 2 r C macs. Source: Hu, Shen, Sun, CVPR 2018.
class SqueezeExcite final : public Operator {
public:
    /// @throws ShapeError if an attribute is out of range
    explicit SqueezeExcite(SqueezeExciteAttributes attributes);
    const SqueezeExciteAttributes& attributes() const noexcept { return attributes_; }

    std::string_view type() const noexcept override { return "squeeze_excite"; }
    Shape output_shape(std::span<const Shape> inputs) const override;
    std::vector<ParameterSpec> parameters(std::span<const Shape> inputs) const override;
    std::int64_t macs(std::span<const Shape> inputs) const override;
    std::unique_ptr<OperatorKernel> compile(const CompileArgs& args) const override;
    void reference(ReferenceArgs& args) const override;
    void visit_attributes(OptionVisitor& v) const override;

private:
    SqueezeExciteAttributes attributes_;
};

OperatorPtr make_squeeze_excite(SqueezeExciteAttributes attributes);

}  // namespace hpnas
