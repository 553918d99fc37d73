#pragma once
#include "hpnas/op/operator.hpp"

namespace hpnas {

/// Mean over the positions of an image: src [H, W, C], dst [C].
class GlobalAveragePool final : public Operator {
public:
    std::string_view type() const noexcept override { return "global_average_pool"; }
    Shape output_shape(std::span<const Shape> inputs) const override;
    std::unique_ptr<OperatorKernel> compile(const CompileArgs& args) const override;
    void reference(ReferenceArgs& args) const override;
};

OperatorPtr make_global_average_pool();

}  // namespace hpnas
