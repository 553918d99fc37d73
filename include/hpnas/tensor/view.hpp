#pragma once
#include <hpnas/core/shape.hpp>

namespace hpnas {

/// Writable dense float32 tensor, channels-last; does not own its memory.
struct TensorView {
    float* data = nullptr;
    Shape shape;
};

/// Read-only counterpart of TensorView.
struct ConstTensorView {
    const float* data = nullptr;
    Shape shape;
    ConstTensorView() = default;
    ConstTensorView(const float* values, Shape sizes) : data(values), shape(sizes) {}
    ConstTensorView(const TensorView& view) : data(view.data), shape(view.shape) {}  // NOLINT: implicit on purpose
};

}  // namespace hpnas
