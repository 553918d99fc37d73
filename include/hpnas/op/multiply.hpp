#pragma once
#include "hpnas/op/operator.hpp"

namespace hpnas {

/// dst[i] = a[i] * b[i]: one value gating another. Inputs a and b of one shape.
class Multiply final : public Operator {
public:
    std::string_view type() const noexcept override { return "multiply"; }
    Shape output_shape(std::span<const Shape> inputs) const override;
    std::unique_ptr<OperatorKernel> compile(const CompileArgs& args) const override;
    void reference(ReferenceArgs& args) const override;
};

OperatorPtr make_multiply();

}  // namespace hpnas
