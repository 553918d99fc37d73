#pragma once
#include "hpnas/op/operator.hpp"

namespace hpnas {

/// Attributes of a selection.
struct SelectTokenAttributes {
    std::int64_t index = 0;  ///< of the token
    void visit(OptionVisitor& v);
};

/// One token of a sequence: src [L, C], dst [C] = src[index].
class SelectToken final : public Operator {
public:
    /// @throws ShapeError if the index is negative
    explicit SelectToken(SelectTokenAttributes attributes);
    const SelectTokenAttributes& attributes() const noexcept { return attributes_; }

    std::string_view type() const noexcept override { return "select_token"; }
    Shape output_shape(std::span<const Shape> inputs) const override;
    std::unique_ptr<OperatorKernel> compile(const CompileArgs& args) const override;
    void reference(ReferenceArgs& args) const override;
    void visit_attributes(OptionVisitor& v) const override;

private:
    SelectTokenAttributes attributes_;
};

OperatorPtr make_select_token(SelectTokenAttributes attributes = {});

}  // namespace hpnas
