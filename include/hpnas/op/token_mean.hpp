#pragma once
#include "hpnas/op/operator.hpp"

namespace hpnas {

/// Attributes of a mean over tokens.
struct TokenMeanAttributes {
    std::int64_t first = 0;  ///< tokens before it are left out, e.g. a class token
    void visit(OptionVisitor& v);
};

/// Mean over the tokens of a sequence: src [L, C], dst [C]. Every token counts, padding too.
class TokenMean final : public Operator {
public:
    /// @throws ShapeError if first is negative
    explicit TokenMean(TokenMeanAttributes attributes);
    const TokenMeanAttributes& attributes() const noexcept { return attributes_; }

    std::string_view type() const noexcept override { return "token_mean"; }
    Shape output_shape(std::span<const Shape> inputs) const override;
    std::unique_ptr<OperatorKernel> compile(const CompileArgs& args) const override;
    void reference(ReferenceArgs& args) const override;
    void visit_attributes(OptionVisitor& v) const override;

private:
    TokenMeanAttributes attributes_;
};

OperatorPtr make_token_mean(TokenMeanAttributes attributes = {});

}  // namespace hpnas
