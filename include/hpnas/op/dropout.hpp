#pragma once
#include "hpnas/op/operator.hpp"

namespace hpnas {

/// Attributes of dropout.
struct DropoutAttributes {
    double rate = 0.5;  ///< probability that an element is zeroed, in [0, 1)
    void visit(OptionVisitor& v);
};

/// In training mode each element is zeroed with probability `rate`, else divided by 1 - rate; the identity in other
/// modes. Source: Srivastava et al., JMLR 15 (2014) 1929-1958.
class Dropout final : public Operator {
public:
    /// @throws ShapeError if the rate is outside [0, 1)
    explicit Dropout(DropoutAttributes attributes);
    const DropoutAttributes& attributes() const noexcept { return attributes_; }

    std::string_view type() const noexcept override { return "dropout"; }
    Shape output_shape(std::span<const Shape> inputs) const override;
    std::unique_ptr<OperatorKernel> compile(const CompileArgs& args) const override;
    void reference(ReferenceArgs& args) const override;
    void visit_attributes(OptionVisitor& v) const override;

private:
    DropoutAttributes attributes_;
};

OperatorPtr make_dropout(DropoutAttributes attributes);

}  // namespace hpnas
