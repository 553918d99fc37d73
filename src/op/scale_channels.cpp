#include "hpnas/op/scale_channels.hpp"

#include "hpnas/kernel/channel_scale.hpp"
#include "hpnas/op/check.hpp"

namespace hpnas {
namespace {

class ScaleChannelsKernel final : public OperatorKernel {
public:
    ScaleChannelsKernel(const kernel::ChannelScaleShape& shape, bool inference)
        : shape_(shape), inference_(inference) {}

    void forward(const ForwardArgs& args, const StepContext&) override {
        kernel::scale_channels(shape_, args.src[0], args.src[1], args.dst);
    }
    void backward(const BackwardArgs& args, const StepContext&) override {
        kernel::scale_channels_backward(shape_,
                                        {args.src[0], args.src[1], args.diff_dst, args.diff_src[0], args.diff_src[1]});
    }
    Memory memory() const noexcept override { return {.in_place = inference_ ? 0 : -1, .diff_in_place = 0}; }
    std::string implementation() const override { return "own:elementwise"; }

private:
    kernel::ChannelScaleShape shape_;
    bool inference_;
};

}  // namespace

Shape ScaleChannels::output_shape(std::span<const Shape> inputs) const {
    expect_inputs(type(), inputs, 2);
    expect_image(type(), inputs[0]);
    expect_shape(type(), 1, inputs[1], {inputs[0].channels()});
    return inputs[0];
}

std::unique_ptr<OperatorKernel> ScaleChannels::compile(const CompileArgs& args) const {
    const Shape src = output_shape(args.inputs);
    return std::make_unique<ScaleChannelsKernel>(kernel::ChannelScaleShape{args.batch, src[0] * src[1], src[2]},
                                                 args.mode == ExecutionMode::inference);
}

void ScaleChannels::reference(ReferenceArgs& args) const {
    const std::vector<double>&src = args.src[0], &gate = args.src[1];
    const auto channels = static_cast<std::size_t>(args.inputs[1].count());
    const auto image = static_cast<std::size_t>(args.inputs[0].count());
    const auto gate_of = [&](std::size_t i) { return i / image * channels + i % channels; };
    args.dst.resize(src.size());
    for (std::size_t i = 0; i < src.size(); ++i) args.dst[i] = src[i] * gate[gate_of(i)];
    if (args.diff_dst.empty()) return;
    args.diff_src = {std::vector<double>(src.size()), std::vector<double>(gate.size(), 0)};
    for (std::size_t i = 0; i < src.size(); ++i) {
        args.diff_src[0][i] = args.diff_dst[i] * gate[gate_of(i)];
        args.diff_src[1][gate_of(i)] += args.diff_dst[i] * src[i];
    }
}

OperatorPtr make_scale_channels() { return std::make_shared<ScaleChannels>(); }

}  // namespace hpnas
