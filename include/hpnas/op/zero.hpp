#pragma once
#include "hpnas/op/operator.hpp"

namespace hpnas {

/// dst = 0 with the shape of src: a cut connection that keeps both its ends in the graph. No gradient passes, and no
/// NaN or infinity either, unlike 0 * src.
class Zero final : public Operator {
public:
    std::string_view type() const noexcept override { return "zero"; }
    Shape output_shape(std::span<const Shape> inputs) const override;
    std::unique_ptr<OperatorKernel> compile(const CompileArgs& args) const override;
    void reference(ReferenceArgs& args) const override;
};

OperatorPtr make_zero();

}  // namespace hpnas
