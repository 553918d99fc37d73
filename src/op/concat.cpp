#include "hpnas/op/concat.hpp"

#include <fmt/format.h>

#include "hpnas/kernel/sequence.hpp"

namespace hpnas {
namespace {

class ConcatKernel final : public OperatorKernel {
public:
    ConcatKernel(const CompileArgs& args, const Shape& dst)
        : rows_(args.batch * dst.count() / dst.channels()), width_(dst.channels()) {
        for (const Shape& src : args.inputs) channels_.push_back(src.channels());
    }

    void forward(const ForwardArgs& args, const StepContext&) override {
        std::int64_t at = 0;
        for (std::size_t i = 0; i < channels_.size(); at += channels_[i++])
            kernel::copy_rows({rows_, channels_[i], channels_[i], width_}, args.src[i], args.dst + at);
    }
    void backward(const BackwardArgs& args, const StepContext&) override {
        std::int64_t at = 0;
        for (std::size_t i = 0; i < channels_.size(); at += channels_[i++])
            if (args.diff_src[i] != nullptr)
                kernel::copy_rows({rows_, channels_[i], width_, channels_[i]}, args.diff_dst + at, args.diff_src[i]);
    }
    Memory memory() const noexcept override { return {.needs_src = false}; }
    std::string implementation() const override { return "own:copy"; }

private:
    std::int64_t rows_, width_;
    std::vector<std::int64_t> channels_;
};

}  // namespace

Shape Concat::output_shape(std::span<const Shape> inputs) const {
    if (inputs.empty()) throw ShapeError(fmt::format("{}: expected at least 1 input, got 0", type()));
    Shape dst = inputs[0];
    std::int64_t channels = 0;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        Shape src = inputs[i];
        const bool full = src.rank() > 0 && src.count() > 0;
        channels += src.channels();
        if (full && src.rank() == dst.rank()) src[src.rank() - 1] = dst.channels();
        if (!full || !(src == dst))
            throw ShapeError(fmt::format("{}: src[{}]: expected the shape of src[0], {}, but for the last size, got {}",
                                         type(), i, to_string(dst), to_string(inputs[i])));
    }
    dst[dst.rank() - 1] = channels;
    return dst;
}

std::unique_ptr<OperatorKernel> Concat::compile(const CompileArgs& args) const {
    return std::make_unique<ConcatKernel>(args, output_shape(args.inputs));
}

void Concat::reference(ReferenceArgs& args) const {
    const auto rows = static_cast<std::ptrdiff_t>(args.src[0].size()) / args.inputs[0].channels();
    args.dst.clear();
    args.diff_src.assign(args.diff_dst.empty() ? 0 : args.src.size(), {});
    auto diff = args.diff_dst.begin();
    for (std::ptrdiff_t r = 0; r < rows; ++r) {
        for (std::size_t i = 0; i < args.src.size(); ++i) {
            const std::int64_t c = args.inputs[i].channels();
            args.dst.insert(args.dst.end(), args.src[i].begin() + r * c, args.src[i].begin() + (r + 1) * c);
            if (args.diff_dst.empty()) continue;
            args.diff_src[i].insert(args.diff_src[i].end(), diff, diff + c);
            diff += c;
        }
    }
}

OperatorPtr make_concat() { return std::make_shared<Concat>(); }

}  // namespace hpnas
