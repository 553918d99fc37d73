#pragma once
#include <vector>

#include "hpnas/op/operator.hpp"

namespace hpnas {

/// Attributes of a reshape.
struct ReshapeAttributes {
    std::vector<std::int64_t> sizes{-1};  ///< of the output; one may be -1: what remains
    void visit(OptionVisitor& v);
};

/// The same values under other sizes, per sample and in order: no work and no memory where the planner can help it.
class Reshape final : public Operator {
public:
    /// @throws ShapeError if a size is neither positive nor the only -1
    explicit Reshape(ReshapeAttributes attributes);
    const ReshapeAttributes& attributes() const noexcept { return attributes_; }

    std::string_view type() const noexcept override { return "reshape"; }
    Shape output_shape(std::span<const Shape> inputs) const override;
    std::unique_ptr<OperatorKernel> compile(const CompileArgs& args) const override;
    void reference(ReferenceArgs& args) const override;
    void visit_attributes(OptionVisitor& v) const override;

private:
    ReshapeAttributes attributes_;
};

OperatorPtr make_reshape(ReshapeAttributes attributes);

}  // namespace hpnas
