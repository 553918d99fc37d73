#pragma once
#include "hpnas/op/operator.hpp"

namespace hpnas {

/// Attributes of a mask.
struct TokenMaskAttributes {
    std::int64_t padding = 0;  ///< id of tokens that only fill a sequence up
    void visit(OptionVisitor& v);
};

/// Which tokens are read: src [L] ids, dst [L] = 1, or 0 where the id is `padding`. No gradient.
class TokenMask final : public Operator {
public:
    /// @throws ShapeError if padding is out of range
    explicit TokenMask(TokenMaskAttributes attributes);
    const TokenMaskAttributes& attributes() const noexcept { return attributes_; }

    std::string_view type() const noexcept override { return "token_mask"; }
    Shape output_shape(std::span<const Shape> inputs) const override;
    std::unique_ptr<OperatorKernel> compile(const CompileArgs& args) const override;
    void reference(ReferenceArgs& args) const override;
    void visit_attributes(OptionVisitor& v) const override;

private:
    TokenMaskAttributes attributes_;
};

OperatorPtr make_token_mask(TokenMaskAttributes attributes = {});

}  // namespace hpnas
