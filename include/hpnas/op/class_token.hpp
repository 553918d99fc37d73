#pragma once
#include "hpnas/op/operator.hpp"

namespace hpnas {

/// Attributes of a class token.
struct ClassTokenAttributes {
    double deviation = 0.02;  ///< of the normal that the token starts from
    void visit(OptionVisitor& v);
};

/// Puts a learned vector in front of a sequence: src [L, C], weight [C], dst [L + 1, C]. Source: Devlin et al., NAACL
/// 2019; Dosovitskiy et al., ICLR 2021.
class ClassToken final : public Operator {
public:
    /// @throws ShapeError if the deviation is out of range
    explicit ClassToken(ClassTokenAttributes attributes);
    const ClassTokenAttributes& attributes() const noexcept { return attributes_; }

    std::string_view type() const noexcept override { return "class_token"; }
    Shape output_shape(std::span<const Shape> inputs) const override;
    std::vector<ParameterSpec> parameters(std::span<const Shape> inputs) const override;
    std::unique_ptr<OperatorKernel> compile(const CompileArgs& args) const override;
    void reference(ReferenceArgs& args) const override;
    void visit_attributes(OptionVisitor& v) const override;

private:
    ClassTokenAttributes attributes_;
};

OperatorPtr make_class_token(ClassTokenAttributes attributes = {});

}  // namespace hpnas
