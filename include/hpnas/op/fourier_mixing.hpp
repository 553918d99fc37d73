#pragma once
#include <string>

#include "hpnas/op/operator.hpp"

namespace hpnas {

/// Attributes of a Fourier mixing.
struct FourierMixingAttributes {
    std::string kind = "dft";  ///< or "dct"
    void visit(OptionVisitor& v);
};

/// Mixes tokens and channels without parameters: src [L, C], dst [L, C]. dft: the real part of the discrete Fourier
/// transform over both, divided by sqrt(L C), without which values would grow by that factor (FNet does not divide).
/// dct: the orthogonal DCT-II over both. Computed, and counted, as products with matrices: (C + L) L C macs, for dft
/// twice as many; a fast transform would need fewer.
/// Source: Lee-Thorp et al., FNet, NAACL 2022.
class FourierMixing final : public Operator {
public:
    explicit FourierMixing(FourierMixingAttributes attributes);
    const FourierMixingAttributes& attributes() const noexcept { return attributes_; }

    std::string_view type() const noexcept override { return "fourier_mixing"; }
    Shape output_shape(std::span<const Shape> inputs) const override;
    std::int64_t macs(std::span<const Shape> inputs) const override;
    std::unique_ptr<OperatorKernel> compile(const CompileArgs& args) const override;
    void reference(ReferenceArgs& args) const override;
    void visit_attributes(OptionVisitor& v) const override;

private:
    FourierMixingAttributes attributes_;
};

/// @throws ShapeError if the kind is unknown
OperatorPtr make_fourier_mixing(FourierMixingAttributes attributes = {});

}  // namespace hpnas
