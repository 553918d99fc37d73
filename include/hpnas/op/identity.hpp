#pragma once
#include "hpnas/op/operator.hpp"

namespace hpnas {

/// dst = src: gives a block of a network that changes nothing (a cell of one skip connection) a node of its own. Free
/// where the planner lets dst overwrite src.
class Identity final : public Operator {
public:
    std::string_view type() const noexcept override { return "identity"; }
    Shape output_shape(std::span<const Shape> inputs) const override;
    std::unique_ptr<OperatorKernel> compile(const CompileArgs& args) const override;
    void reference(ReferenceArgs& args) const override;
};

OperatorPtr make_identity();

}  // namespace hpnas
