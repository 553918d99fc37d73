#pragma once
#include "hpnas/op/operator.hpp"

namespace hpnas {

/// Attributes of a pooling over square windows.
struct PoolingAttributes {
    std::int64_t kernel = 2;
    std::int64_t stride = 2;
    std::int64_t padding = 0;  ///< on every side, less than kernel; never wins a maximum, not counted in an average
    void visit(OptionVisitor& v);
};

/// Maximum or mean over windows: src [H, W, C], dst [H', W', C], H' = (H + 2 padding - kernel) / stride + 1. Registered
/// as max_pool and average_pool. Of equal maxima the first (row by row) gets the gradient.
class Pooling final : public Operator {
public:
    enum class Kind : std::uint8_t { maximum, average };
    /// @throws ShapeError if an attribute is out of range
    Pooling(Kind kind, PoolingAttributes attributes);
    const PoolingAttributes& attributes() const noexcept { return attributes_; }

    std::string_view type() const noexcept override { return kind_ == Kind::maximum ? "max_pool" : "average_pool"; }
    Shape output_shape(std::span<const Shape> inputs) const override;
    std::unique_ptr<OperatorKernel> compile(const CompileArgs& args) const override;
    void reference(ReferenceArgs& args) const override;
    void visit_attributes(OptionVisitor& v) const override;

private:
    Kind kind_;
    PoolingAttributes attributes_;
};

OperatorPtr make_max_pool(PoolingAttributes attributes);
OperatorPtr make_average_pool(PoolingAttributes attributes);

}  // namespace hpnas
