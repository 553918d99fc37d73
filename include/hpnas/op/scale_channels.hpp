#pragma once
#include "hpnas/op/operator.hpp"

namespace hpnas {

/// dst[h, w, c] = src[h, w, c] * gate[c]: the end of squeeze-and-excitation whose gates are computed by nodes of their
/// own (with batch norms, as Zen-NAS has them). Inputs src [H, W, C] and gate [C].
class ScaleChannels final : public Operator {
public:
    std::string_view type() const noexcept override { return "scale_channels"; }
    Shape output_shape(std::span<const Shape> inputs) const override;
    std::unique_ptr<OperatorKernel> compile(const CompileArgs& args) const override;
    void reference(ReferenceArgs& args) const override;
};

OperatorPtr make_scale_channels();

}  // namespace hpnas
