#pragma once
#include "hpnas/op/operator.hpp"

namespace hpnas {

/// Rows and columns that a crop takes away.
struct CropAttributes {
    std::int64_t top = 0, left = 0, bottom = 0, right = 0;
    void visit(OptionVisitor& v);
};

/// An image without its border: src [H, W, C], dst [H - top - bottom, W - left - right, C].
class Crop final : public Operator {
public:
    /// @throws ShapeError if an attribute is out of range
    explicit Crop(CropAttributes attributes);
    const CropAttributes& attributes() const noexcept { return attributes_; }

    std::string_view type() const noexcept override { return "crop"; }
    Shape output_shape(std::span<const Shape> inputs) const override;
    std::unique_ptr<OperatorKernel> compile(const CompileArgs& args) const override;
    void reference(ReferenceArgs& args) const override;
    void visit_attributes(OptionVisitor& v) const override;

private:
    CropAttributes attributes_;
};

OperatorPtr make_crop(CropAttributes attributes);

}  // namespace hpnas
