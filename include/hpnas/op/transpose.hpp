#pragma once
#include <vector>

#include "hpnas/op/operator.hpp"

namespace hpnas {

/// Attributes of a transposition.
struct TransposeAttributes {
    std::vector<std::int64_t> order{1, 0};  ///< a permutation of the positions of src's dimensions
    void visit(OptionVisitor& v);
};

/// Dimensions in another order, per sample: size i of dst is size order[i] of src.
class Transpose final : public Operator {
public:
    /// @throws ShapeError if the order is no permutation
    explicit Transpose(TransposeAttributes attributes);
    const TransposeAttributes& attributes() const noexcept { return attributes_; }

    std::string_view type() const noexcept override { return "transpose"; }
    Shape output_shape(std::span<const Shape> inputs) const override;
    std::unique_ptr<OperatorKernel> compile(const CompileArgs& args) const override;
    void reference(ReferenceArgs& args) const override;
    void visit_attributes(OptionVisitor& v) const override;

private:
    TransposeAttributes attributes_;
};

OperatorPtr make_transpose(TransposeAttributes attributes = {});

}  // namespace hpnas
