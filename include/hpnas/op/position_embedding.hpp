#pragma once
#include <string>
#include <vector>

#include "hpnas/op/operator.hpp"

namespace hpnas {

/// Attributes of a position embedding.
struct PositionEmbeddingAttributes {
    std::string kind = "learned";  ///< or "sinusoidal"
    std::int64_t length = 512;     ///< learned: rows of the table, the longest sequence
    double deviation = 0.02;       ///< learned: of the normal that the table starts from
    void visit(OptionVisitor& v);
};

/// src [L, C] plus a vector per position. learned: weight [length, C], L <= length. sinusoidal: sin(p / 10000^(2i / C))
/// in channel 2i and the cosine in channel 2i + 1, for any L. Source of the latter: Vaswani et al., NeurIPS 2017.
class PositionEmbedding final : public Operator {
public:
    /// @throws ShapeError if an attribute is out of range
    explicit PositionEmbedding(PositionEmbeddingAttributes attributes);
    const PositionEmbeddingAttributes& attributes() const noexcept { return attributes_; }

    std::string_view type() const noexcept override { return "position_embedding"; }
    Shape output_shape(std::span<const Shape> inputs) const override;
    std::vector<ParameterSpec> parameters(std::span<const Shape> inputs) const override;
    std::unique_ptr<OperatorKernel> compile(const CompileArgs& args) const override;
    void reference(ReferenceArgs& args) const override;
    void visit_attributes(OptionVisitor& v) const override;

private:
    bool learned() const noexcept { return attributes_.kind == "learned"; }

    PositionEmbeddingAttributes attributes_;
};

/// What the sinusoidal kind adds to a sequence [L, C], row by row.
std::vector<double> sinusoidal_positions(const Shape& sequence);

OperatorPtr make_position_embedding(PositionEmbeddingAttributes attributes = {});

}  // namespace hpnas
