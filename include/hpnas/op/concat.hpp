#pragma once
#include "hpnas/op/operator.hpp"

namespace hpnas {

/// One or more inputs, equal but for their last dimension, side by side: [..., C1] and [..., C2] give [..., C1 + C2].
class Concat final : public Operator {
public:
    std::string_view type() const noexcept override { return "concat"; }
    Shape output_shape(std::span<const Shape> inputs) const override;
    std::unique_ptr<OperatorKernel> compile(const CompileArgs& args) const override;
    void reference(ReferenceArgs& args) const override;
};

OperatorPtr make_concat();

}  // namespace hpnas
