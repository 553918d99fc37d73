#include "hpnas/op/token_mask.hpp"

#include <algorithm>
#include <cmath>

#include "hpnas/kernel/elementwise.hpp"
#include "hpnas/kernel/embedding.hpp"
#include "hpnas/op/check.hpp"

namespace hpnas {
namespace {

class TokenMaskKernel final : public OperatorKernel {
public:
    TokenMaskKernel(std::int64_t count, std::int64_t padding) : count_(count), padding_(padding) {}

    void forward(const ForwardArgs& args, const StepContext&) override {
        kernel::token_mask(args.src[0], padding_, args.dst, count_);
    }
    void backward(const BackwardArgs& args, const StepContext&) override {
        if (args.diff_src[0] != nullptr) kernel::fill(0, args.diff_src[0], count_);
    }
    Memory memory() const noexcept override { return {.needs_src = false, .in_place = 0, .diff_in_place = 0}; }
    std::string implementation() const override { return "own:elementwise"; }

private:
    std::int64_t count_, padding_;
};

}  // namespace

void TokenMaskAttributes::visit(OptionVisitor& v) {
    v.integer({"padding", "id of tokens that only fill a sequence up", 0, 1 << 24}, padding);
}

TokenMask::TokenMask(TokenMaskAttributes attributes) : attributes_(attributes) {
    expect_range(type(), "padding", static_cast<double>(attributes_.padding), 0, 1 << 24);
}

Shape TokenMask::output_shape(std::span<const Shape> inputs) const {
    expect_inputs(type(), inputs, 1);
    expect_tokens(type(), inputs[0]);
    return inputs[0];
}

std::unique_ptr<OperatorKernel> TokenMask::compile(const CompileArgs& args) const {
    return std::make_unique<TokenMaskKernel>(args.batch * output_shape(args.inputs).count(), attributes_.padding);
}

void TokenMask::reference(ReferenceArgs& args) const {
    args.dst.resize(args.src[0].size());
    std::transform(args.src[0].begin(), args.src[0].end(), args.dst.begin(),
                   [&](double id) { return std::llround(id) == attributes_.padding ? 0.0 : 1.0; });
    if (!args.diff_dst.empty()) args.diff_src = {std::vector<double>(args.src[0].size(), 0)};
}

void TokenMask::visit_attributes(OptionVisitor& v) const { TokenMaskAttributes(attributes_).visit(v); }

OperatorPtr make_token_mask(TokenMaskAttributes attributes) { return std::make_shared<TokenMask>(attributes); }

}  // namespace hpnas
