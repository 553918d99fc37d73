#pragma once
#include "hpnas/op/operator.hpp"

namespace hpnas {

/// Attributes of an embedding.
struct EmbeddingAttributes {
    std::int64_t vocabulary = 1000;  ///< rows of the table
    std::int64_t out = 64;           ///< channels
    double scale = 1;                ///< factor on the rows, e.g. the square root of the channels
    double deviation = 0.02;         ///< of the normal that the table starts from
    void visit(OptionVisitor& v);
};

/// Rows of a table by token id: src [L] ids (whole numbers as floats), weight [vocabulary, out], dst [L, out] = scale *
/// weight[id]. Ids have no gradient. An id outside [0, vocabulary) is a mistake of the data, which whoever feeds the
/// network reports (the range of a network's input is the vocabulary of the embedding that reads it); here it is moved
/// to the nearest row, so that no input makes a network read outside its table. The weight's gradient is dense and
/// summed in the order of the tokens.
class Embedding final : public Operator {
public:
    /// @throws ShapeError if an attribute is out of range
    explicit Embedding(EmbeddingAttributes attributes);
    const EmbeddingAttributes& attributes() const noexcept { return attributes_; }

    std::string_view type() const noexcept override { return "embedding"; }
    Shape output_shape(std::span<const Shape> inputs) const override;
    std::vector<ParameterSpec> parameters(std::span<const Shape> inputs) const override;
    std::unique_ptr<OperatorKernel> compile(const CompileArgs& args) const override;
    void reference(ReferenceArgs& args) const override;
    void visit_attributes(OptionVisitor& v) const override;

private:
    EmbeddingAttributes attributes_;
};

OperatorPtr make_embedding(EmbeddingAttributes attributes);

}  // namespace hpnas
