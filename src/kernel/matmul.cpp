#include <fmt/format.h>

#include <algorithm>

#include "dnnl_support.hpp"
#include "hpnas/core/error.hpp"
#include "hpnas/kernel/linear.hpp"

namespace hpnas::kernel {

struct Matmul::Impl {
    MatmulShape shape;
    const Engine::Impl& engine;
    BoundPrimitive product;

    Impl(Engine& shared, const MatmulShape& s) : shape(s), engine(shared.impl()) {
        using dnnl::memory;
        constexpr auto f32 = memory::data_type::f32;
        const auto matrix = [&](memory::dim rows, memory::dim columns, bool transposed) {
            const memory::dim row = transposed ? 1 : columns, column = transposed ? rows : 1;
            if (s.batch == 1) return memory::desc({rows, columns}, f32, memory::dims{row, column});
            return memory::desc({s.batch, rows, columns}, f32, memory::dims{rows * columns, row, column});
        };
        const memory::desc a = matrix(s.m, s.k, s.transpose_a), b = matrix(s.k, s.n, s.transpose_b),
                           c = matrix(s.m, s.n, false);
        const memory::desc bias(s.batch == 1 ? memory::dims{1, s.n} : memory::dims{1, 1, s.n}, f32,
                                s.batch == 1 ? memory::dims{s.n, 1} : memory::dims{s.n, s.n, 1});
        const auto operation = s.bias ? dnnl::matmul::desc(a, b, bias, c) : dnnl::matmul::desc(a, b, c);
        dnnl::primitive_attr attributes = caller_scratchpad();
        dnnl::post_ops after;
        if (s.activation == Activation::relu) after.append_eltwise(1.0F, dnnl::algorithm::eltwise_relu, 0.0F, 0.0F);
        if (s.activation == Activation::swish) after.append_eltwise(1.0F, dnnl::algorithm::eltwise_swish, 1.0F, 0.0F);
        attributes.set_post_ops(after);
        const dnnl::matmul::primitive_desc descriptor(operation, attributes, engine.engine);
        product = BoundPrimitive::make<dnnl::matmul>(descriptor);
        product.bind(DNNL_ARG_SRC, a);
        product.bind(DNNL_ARG_WEIGHTS, b);
        product.bind(DNNL_ARG_DST, c);
        if (s.bias) product.bind(DNNL_ARG_BIAS, bias);
    }
};

Matmul::Matmul(Engine& engine, const MatmulShape& shape) {
    if (std::min({shape.m, shape.n, shape.k, shape.batch}) < 1)
        throw ShapeError(fmt::format("matmul: sizes must be positive: m {}, n {}, k {}, batch {}", shape.m, shape.n,
                                     shape.k, shape.batch));
    impl_ = std::make_unique<Impl>(engine, shape);
}
Matmul::~Matmul() = default;
Matmul::Matmul(Matmul&&) noexcept = default;
Matmul& Matmul::operator=(Matmul&&) noexcept = default;

std::size_t Matmul::workspace_bytes() const noexcept { return padded(impl_->product.scratchpad_bytes()); }
std::string Matmul::implementation() const { return impl_->product.implementation(); }

void Matmul::run(const float* a, const float* b, const float* bias, float* c, void* workspace) const {
    const BoundPrimitive& product = impl_->product;
    product.set(DNNL_ARG_SRC, a);
    product.set(DNNL_ARG_WEIGHTS, b);
    product.set(DNNL_ARG_DST, c);
    if (impl_->shape.bias) product.set(DNNL_ARG_BIAS, bias);
    product.run(impl_->engine.stream, workspace);
    const Activation f = impl_->shape.activation;
    if (f != Activation::none && f != Activation::relu && f != Activation::swish)
        activation_forward(f, c, c, impl_->shape.batch * impl_->shape.m * impl_->shape.n);
}

}  // namespace hpnas::kernel
