#pragma once
#include "hpnas/op/activation.hpp"
#include "hpnas/op/operator.hpp"

namespace hpnas {

/// Attributes of an addition.
struct AddAttributes {
    Activation activation = Activation::none;  ///< of the sum: none, relu or swish
    void visit(OptionVisitor& v);
};

/// dst = f(a + b), two inputs of one shape: the end of a residual block.
class Add final : public Operator {
public:
    explicit Add(AddAttributes attributes) : attributes_(attributes) {}
    const AddAttributes& attributes() const noexcept { return attributes_; }

    std::string_view type() const noexcept override { return "add"; }
    Shape output_shape(std::span<const Shape> inputs) const override;
    std::unique_ptr<OperatorKernel> compile(const CompileArgs& args) const override;
    void reference(ReferenceArgs& args) const override;
    void visit_attributes(OptionVisitor& v) const override;

private:
    AddAttributes attributes_;
};

OperatorPtr make_add(AddAttributes attributes = {});

}  // namespace hpnas
