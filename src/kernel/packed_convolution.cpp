#include <algorithm>
#include <cstring>
#include <optional>

#include "depthwise.hpp"
#include "dnnl_support.hpp"
#include "winograd.hpp"

namespace hpnas::kernel {
namespace {

dnnl::primitive_attr epilogue_attributes(const ConvolutionEpilogue& epilogue) {
    dnnl::post_ops after;
    if (epilogue.residual) after.append_sum(1.0F);
    if (epilogue.activation == Activation::relu) after.append_eltwise(1.0F, dnnl::algorithm::eltwise_relu, 0.0F, 0.0F);
    if (epilogue.activation == Activation::swish)
        after.append_eltwise(1.0F, dnnl::algorithm::eltwise_swish, 1.0F, 0.0F);
    dnnl::primitive_attr attributes = caller_scratchpad();
    attributes.set_post_ops(after);
    return attributes;
}

bool is_fused(Activation activation) {
    return activation == Activation::none || activation == Activation::relu || activation == Activation::swish;
}

}  // namespace

/// Packed memory: weights in the library's order, then the bias.
struct PackedConvolution::Impl {
    ConvolutionShape shape;
    ConvolutionEpilogue epilogue;
    const Engine::Impl& engine;
    BoundPrimitive forward;
    WeightReorder weights;
    std::size_t bias_offset = 0;
    std::optional<Depthwise> depthwise;  // instead of the library
    std::optional<Winograd> winograd;    // likewise

    Impl(Engine& shared, const ConvolutionShape& s, ConvolutionEpilogue e)
        : shape(s), epilogue(e), engine(shared.impl()) {
        if (s.depthwise()) {
            depthwise.emplace(s, e);
            return;
        }
        if (Winograd::suits(s)) {
            winograd.emplace(s, e);
            return;
        }
        using Forward = dnnl::convolution_forward;
        const ConvolutionLayouts l(s, true);
        const Forward::desc operation(dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct, l.src,
                                      l.any_weights, l.bias, l.dst, l.strides, l.dilates, l.pad_begin, l.pad_end);
        const Forward::primitive_desc descriptor(operation, epilogue_attributes(e), engine.engine);
        forward = BoundPrimitive::make<Forward>(descriptor);
        forward.bind(DNNL_ARG_SRC, l.src);
        forward.bind(DNNL_ARG_WEIGHTS, descriptor.weights_desc());
        forward.bind(DNNL_ARG_BIAS, l.bias);
        forward.bind(DNNL_ARG_DST, l.dst);
        weights = WeightReorder(engine.engine, l.plain_weights, descriptor.weights_desc());
        bias_offset = padded(descriptor.weights_desc().get_size());
    }
};

PackedConvolution::PackedConvolution(Engine& engine, const ConvolutionShape& shape, ConvolutionEpilogue epilogue) {
    check(shape);
    impl_ = std::make_unique<Impl>(engine, shape, epilogue);
}
PackedConvolution::~PackedConvolution() = default;
PackedConvolution::PackedConvolution(PackedConvolution&&) noexcept = default;
PackedConvolution& PackedConvolution::operator=(PackedConvolution&&) noexcept = default;

const ConvolutionShape& PackedConvolution::shape() const noexcept { return impl_->shape; }
std::size_t PackedConvolution::packed_bytes() const noexcept {
    if (impl_->depthwise) return impl_->depthwise->packed_bytes();
    if (impl_->winograd) return impl_->winograd->packed_bytes();
    return impl_->bias_offset + padded(static_cast<std::size_t>(impl_->shape.k) * sizeof(float));
}
std::size_t PackedConvolution::workspace_bytes() const noexcept {
    return impl_->winograd ? impl_->winograd->workspace_bytes() : padded(impl_->forward.scratchpad_bytes());
}

void PackedConvolution::pack(const float* weights, const float* bias, void* packed) const {
    if (impl_->depthwise) return impl_->depthwise->pack(weights, bias, packed);
    if (impl_->winograd) return impl_->winograd->pack(weights, bias, packed);
    if (impl_->weights.needed()) {
        // Not in the hot path: the reorder's own scratch memory is taken from the heap.
        std::vector<std::byte> scratch(impl_->weights.scratchpad_bytes() + 64);
        impl_->weights.run(impl_->engine.stream, weights, packed, scratch.data());
    } else {
        std::memcpy(packed, weights, static_cast<std::size_t>(impl_->shape.weight_count()) * sizeof(float));
    }
    auto* packed_bias = reinterpret_cast<float*>(static_cast<std::byte*>(packed) + impl_->bias_offset);
    if (bias != nullptr)
        std::copy_n(bias, impl_->shape.k, packed_bias);
    else
        std::fill_n(packed_bias, impl_->shape.k, 0.0F);
}

void PackedConvolution::run(const float* src, const void* packed, const float* residual, float* dst,
                            void* workspace) const {
    const Impl& impl = *impl_;
    if (impl.depthwise) return impl.depthwise->run(src, packed, residual, dst);
    if (impl.winograd) return impl.winograd->run(src, packed, residual, dst, workspace);
    const auto bytes = static_cast<std::size_t>(impl.shape.dst_count()) * sizeof(float);
    if (impl.epilogue.residual && residual != dst) std::memcpy(dst, residual, bytes);
    impl.forward.set(DNNL_ARG_SRC, src);
    impl.forward.set(DNNL_ARG_WEIGHTS, packed);
    impl.forward.set(DNNL_ARG_BIAS, static_cast<const std::byte*>(packed) + impl.bias_offset);
    impl.forward.set(DNNL_ARG_DST, dst);
    impl.forward.run(impl.engine.stream, workspace);
    if (!is_fused(impl.epilogue.activation))
        activation_forward(impl.epilogue.activation, dst, dst, impl.shape.dst_count());
}

std::string PackedConvolution::implementation() const {
    if (impl_->winograd) return Winograd::implementation();
    return impl_->depthwise ? Depthwise::implementation() : impl_->forward.implementation();
}

}  // namespace hpnas::kernel
