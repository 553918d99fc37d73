#include "hpnas/kernel/linear.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "hpnas/core/error.hpp"
#include "loops.hpp"
#include "matrix_vector.hpp"
#include "parallel.hpp"
#include "row_sums.hpp"

namespace hpnas::kernel {
namespace {

/// Rows of the weights whose gradient one thread turns at a time.
constexpr std::int64_t transposed_rows = 64;

}  // namespace

struct Linear::Impl {
    LinearShape shape;
    Matmul forward;
    std::optional<Matmul> backward_data, backward_weights;
    /// The library copies the transposed factor of the weights' gradient: the narrower tensor is that factor, and the
    /// result, if it is turned by this, is the least to copy.
    bool turned = false;

    std::size_t turned_bytes() const noexcept {
        return turned ? static_cast<std::size_t>(shape.c * shape.k) * sizeof(float) : 0;
    }

    Impl(Engine& engine, const LinearShape& s)
        : shape(s),
          forward(engine,
                  {.m = s.rows, .n = s.k, .k = s.c, .transpose_b = true, .bias = s.bias, .activation = s.activation}) {
        if (!s.training) return;
        backward_data.emplace(engine, MatmulShape{.m = s.rows, .n = s.c, .k = s.k});
        turned = s.k > s.c && s.c % widest_vector == 0;
        const std::int64_t m = turned ? s.c : s.k;
        backward_weights.emplace(engine,
                                 MatmulShape{.m = m, .n = turned ? s.k : s.c, .k = s.rows, .transpose_a = true});
    }
};

Linear::Linear(Engine& engine, const LinearShape& shape) {
    if (std::min({shape.rows, shape.c, shape.k}) < 1)
        throw ShapeError(
            fmt::format("linear: sizes must be positive: rows {}, in {}, out {}", shape.rows, shape.c, shape.k));
    if (shape.training && shape.activation != Activation::none)
        throw ShapeError("linear: an activation is fused for inference only");
    impl_ = std::make_unique<Impl>(engine, shape);
}
Linear::~Linear() = default;
Linear::Linear(Linear&&) noexcept = default;
Linear& Linear::operator=(Linear&&) noexcept = default;

const LinearShape& Linear::shape() const noexcept { return impl_->shape; }
std::size_t Linear::workspace_bytes() const noexcept {
    std::size_t bytes = impl_->forward.workspace_bytes();
    if (impl_->backward_data)
        bytes = std::max({bytes, impl_->backward_data->workspace_bytes(),
                          impl_->turned_bytes() + impl_->backward_weights->workspace_bytes(),
                          sum_rows_bytes({impl_->shape.rows, impl_->shape.k})});
    return bytes;
}

void Linear::forward(const float* src, const float* weights, const float* bias, float* dst, void* workspace) const {
    const LinearShape& s = impl_->shape;
    if (s.rows > 1) return impl_->forward.run(src, weights, bias, dst, workspace);
    matrix_vector(weights, src, s.bias ? bias : nullptr, s.k, s.c, dst);
    if (s.activation != Activation::none) activation_forward(s.activation, dst, dst, s.k);
}

void Linear::backward_data(const float* diff_dst, const float* weights, float* diff_src, void* workspace) const {
    impl_->backward_data.value().run(diff_dst, weights, nullptr, diff_src, workspace);
}

void Linear::backward_weights(const float* src, const float* diff_dst, float* diff_weights, float* diff_bias,
                              void* workspace) const {
    const Matmul& product = impl_->backward_weights.value();
    if (impl_->turned) {
        const std::int64_t c = impl_->shape.c, k = impl_->shape.k;
        auto* turned = static_cast<float*>(workspace);
        product.run(src, diff_dst, nullptr, turned, static_cast<std::byte*>(workspace) + impl_->turned_bytes());
        for_blocks(k, transposed_rows, [=](std::int64_t begin, std::int64_t end) {
            loops().transpose({turned + begin, k, c, end - begin, diff_weights + begin * c, c});
        });
    } else {
        product.run(diff_dst, src, nullptr, diff_weights, workspace);
    }
    if (!impl_->shape.bias || diff_bias == nullptr) return;
    sum_rows({impl_->shape.rows, impl_->shape.k}, diff_dst, diff_bias, workspace);
}

std::string Linear::implementation() const {
    std::string text = impl_->shape.rows > 1 ? impl_->forward.implementation() : "own:matrix_vector";
    if (impl_->backward_data)
        text += " | " + impl_->backward_data->implementation() + " | " + impl_->backward_weights->implementation();
    return text;
}

}  // namespace hpnas::kernel
