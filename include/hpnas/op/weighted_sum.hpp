#pragma once
#include "hpnas/op/operator.hpp"

namespace hpnas {

/// dst = sum over k of weights[k] * src[k]: the mixture of the options of a relaxed choice. Inputs: one or more values
/// of one shape, then their weights, as many numbers. An option of weight 0 is not read, so its value may be undefined,
/// and its weight gets the gradient 0.
class WeightedSum final : public Operator {
public:
    std::string_view type() const noexcept override { return "weighted_sum"; }
    Shape output_shape(std::span<const Shape> inputs) const override;
    std::unique_ptr<OperatorKernel> compile(const CompileArgs& args) const override;
    void reference(ReferenceArgs& args) const override;
};

OperatorPtr make_weighted_sum();

}  // namespace hpnas
