#pragma once
#include "hpnas/op/operator.hpp"

namespace hpnas {

/// Attributes of drop path.
struct DropPathAttributes {
    double rate = 0.1;      ///< probability that a sample's branch is dropped, in [0, 1)
    bool residual = false;  ///< set by fusion: a second input is added after the drop
    void visit(OptionVisitor& v);
};

/// Drop path (stochastic depth): in training mode each sample's value is zeroed with probability `rate`, else divided
/// by 1 - rate; the identity in other modes. Source: Huang et al., ECCV 2016.
class DropPath final : public Operator {
public:
    /// @throws ShapeError if the rate is outside [0, 1)
    explicit DropPath(DropPathAttributes attributes);
    const DropPathAttributes& attributes() const noexcept { return attributes_; }

    std::string_view type() const noexcept override { return "drop_path"; }
    Shape output_shape(std::span<const Shape> inputs) const override;
    std::unique_ptr<OperatorKernel> compile(const CompileArgs& args) const override;
    void reference(ReferenceArgs& args) const override;
    void visit_attributes(OptionVisitor& v) const override;

private:
    DropPathAttributes attributes_;
};

OperatorPtr make_drop_path(DropPathAttributes attributes);

}  // namespace hpnas
