#pragma once
#include "hpnas/op/operator.hpp"

namespace hpnas {

/// Attributes of a reflecting padding.
struct ReflectPadAttributes {
    std::int64_t height = 0;  ///< rows added above and below
    std::int64_t width = 0;   ///< columns added left and right
    void visit(OptionVisitor& v);
};

/// Continues an image beyond its borders by its mirror image, the border not repeated: src [H, W, C], dst [H + 2
/// height, W + 2 width, C]; needs height < H and width < W.
class ReflectPad final : public Operator {
public:
    /// @throws ShapeError if an attribute is negative
    explicit ReflectPad(ReflectPadAttributes attributes);
    const ReflectPadAttributes& attributes() const noexcept { return attributes_; }

    std::string_view type() const noexcept override { return "reflect_pad"; }
    Shape output_shape(std::span<const Shape> inputs) const override;
    std::unique_ptr<OperatorKernel> compile(const CompileArgs& args) const override;
    void reference(ReferenceArgs& args) const override;
    void visit_attributes(OptionVisitor& v) const override;

private:
    ReflectPadAttributes attributes_;
};

OperatorPtr make_reflect_pad(ReflectPadAttributes attributes);

}  // namespace hpnas
