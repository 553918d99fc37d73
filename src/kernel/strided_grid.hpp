#pragma once
#include <hpnas/kernel/convolution.hpp>

namespace hpnas::kernel {

/// A 1x1 convolution without padding is one product of [pixels, c] and [c, k]; with a stride it reads the pixels of a
/// coarse grid only. Copying those first keeps its gradients off the library's own way of doing so, which writes beyond
/// its scratch memory (oneDNN 2.6.3, jit_1x1, few channels, several threads).
bool is_pointwise(const ConvolutionShape& shape) noexcept;

/// The same convolution on the copied pixels: stride 1.
ConvolutionShape on_grid(const ConvolutionShape& shape) noexcept;

/// grid [n, h', w', c] = every stride-th pixel of src [n, h, w, c].
void gather_grid(const ConvolutionShape& shape, const float* src, float* grid);

/// diff_src [n, h, w, c] = diff_grid [n, h', w', c] on the grid, 0 elsewhere.
void scatter_grid(const ConvolutionShape& shape, const float* diff_grid, float* diff_src);

}  // namespace hpnas::kernel
