#pragma once
#include "hpnas/op/operator.hpp"

namespace hpnas {

/// Attributes of multi-head attention.
struct AttentionAttributes {
    std::int64_t heads = 1;         ///< H
    bool causal = false;            ///< query i sees keys j <= i only
    bool mask = false;              ///< one more input [S], the last: keys to see (1) or not (0)
    std::int64_t max_distance = 0;  ///< > 0: relative positions clipped to it
    bool memory = false;            ///< keys and values come from an input of their own
    void visit(OptionVisitor& v);
};

/// Scaled dot-product attention of H heads of size D: dst_h = softmax(q_h k_h^T / sqrt(D)) v_h, softmax over the keys.
/// Inputs: memory = false: src [L, 3 * H * D], each row q | k | v, each heads-major [H, D]; memory = true: q [L, H * D]
/// and memory [S, 2 * H * D], each row k | v. With mask the last input is [S]; its gradient is zero. A query that sees
/// no key gives zeros. dst [L, H * D].
///
/// Relative positions (max_distance m > 0; L = S): parameters key_vertical, key_horizontal, value_vertical,
/// value_horizontal [2m + 2, D], shared by the heads: logits += q . (key_vertical[v] + key_horizontal[h]) / sqrt(D) and
/// dst += probability * (value_vertical[v] + value_horizontal[h]), with v, h = 0 where query or key is token 0, else
/// clip(distance, -m, m) + m + 1, distance of rows or columns (key minus query) of the other tokens on a grid that is
/// int(sqrt(L - 1)) wide. Sources: Vaswani et al., NIPS 2017; Chen et al., AutoFormer, ICCV 2021.
///
/// Counts 2 * L * S * H * D macs, and 4 * L * (2m + 2) * H * D more for the products with the tables.
class Attention final : public Operator {
public:
    /// @throws ShapeError if an attribute is out of range
    explicit Attention(AttentionAttributes attributes);
    const AttentionAttributes& attributes() const noexcept { return attributes_; }

    std::string_view type() const noexcept override { return "attention"; }
    Shape output_shape(std::span<const Shape> inputs) const override;
    std::vector<ParameterSpec> parameters(std::span<const Shape> inputs) const override;
    std::int64_t macs(std::span<const Shape> inputs) const override;
    std::unique_ptr<OperatorKernel> compile(const CompileArgs& args) const override;
    void reference(ReferenceArgs& args) const override;
    void visit_attributes(OptionVisitor& v) const override;

private:
    AttentionAttributes attributes_;
};

OperatorPtr make_attention(AttentionAttributes attributes);

}  // namespace hpnas
