#pragma once
#include <cstddef>
#include <cstdint>
#include <hpnas/kernel/activation.hpp>
#include <hpnas/kernel/engine.hpp>
#include <hpnas/kernel/window.hpp>
#include <memory>
#include <string>

namespace hpnas::kernel {

/// Sizes of a two-dimensional convolution, batch included.
/// src [n, h, w, c], weights [k, kh, kw, c / groups], bias [k], dst [n, h', w', k]; groups == c == k is depthwise.
struct ConvolutionShape {
    std::int64_t n = 1, h = 1, w = 1, c = 1, k = 1;
    std::int64_t groups = 1;
    Window window;

    std::int64_t out_h() const noexcept { return window.out_h(h); }
    std::int64_t out_w() const noexcept { return window.out_w(w); }
    bool depthwise() const noexcept { return groups > 1 && groups == c && groups == k; }
    std::int64_t src_count() const noexcept { return n * h * w * c; }
    std::int64_t dst_count() const noexcept { return n * out_h() * out_w() * k; }
    std::int64_t weight_count() const noexcept { return k * window.kh * window.kw * (c / groups); }
    std::int64_t macs() const noexcept { return dst_count() * window.kh * window.kw * (c / groups); }
    friend bool operator==(const ConvolutionShape&, const ConvolutionShape&) noexcept = default;
};

/// Throws ShapeError if a size is not positive, groups does not divide c and k, or the window does not fit.
void check(const ConvolutionShape& shape);

/// Convolution for training: weights change between calls, so they are given plain and put into the library's order
/// inside each call (cost: one pass over the weights, a few microseconds per 100 kB). Calls do not allocate tensors.
class Convolution {
public:
    /// @param bias           forward adds a bias and backward_weights yields its gradient
    /// @param backward_data  false: the source needs no gradient (stem); backward_data must not be called
    /// @throws ShapeError
    Convolution(Engine& engine, const ConvolutionShape& shape, bool bias = false, bool backward_data = true);
    ~Convolution();
    Convolution(Convolution&&) noexcept;
    Convolution& operator=(Convolution&&) noexcept;

    const ConvolutionShape& shape() const noexcept;
    /// Bytes of 64-byte aligned scratch memory that each call needs; contents need not survive between calls.
    std::size_t workspace_bytes() const noexcept;

    /// dst is overwritten. `bias` is ignored (may be null) if the kernel was made without.
    void forward(const float* src, const float* weights, const float* bias, float* dst, void* workspace) const;
    /// diff_src is overwritten.
    void backward_data(const float* diff_dst, const float* weights, float* diff_src, void* workspace) const;
    /// diff_weights [k, kh, kw, c / groups] and, with bias, diff_bias [k] are overwritten.
    void backward_weights(const float* src, const float* diff_dst, float* diff_weights, float* diff_bias,
                          void* workspace) const;

    /// What runs: forward, backward data, backward weights, e.g. "brgconv:avx512_core | jit:avx512_core |
    /// own:depthwise".
    std::string implementation() const;

    struct Impl;

private:
    std::unique_ptr<Impl> impl_;
};

/// What an inference convolution does after the products: dst = f(conv(src) + bias + residual).
struct ConvolutionEpilogue {
    Activation activation = Activation::none;  ///< none, relu or swish; others are applied in a second pass
    bool residual = false;                     ///< a tensor of the shape of dst is added before the activation
};

/// Convolution for inference: weights and bias are packed once, then used by every call. Calls do not allocate.
class PackedConvolution {
public:
    /// @throws ShapeError
    PackedConvolution(Engine& engine, const ConvolutionShape& shape, ConvolutionEpilogue epilogue = {});
    ~PackedConvolution();
    PackedConvolution(PackedConvolution&&) noexcept;
    PackedConvolution& operator=(PackedConvolution&&) noexcept;

    const ConvolutionShape& shape() const noexcept;
    /// Bytes of the packed parameters (64-byte aligned memory, kept by the caller).
    std::size_t packed_bytes() const noexcept;
    std::size_t workspace_bytes() const noexcept;

    /// Puts weights [k, kh, kw, c / groups] and bias [k] (null: zero) into the order that run() reads.
    void pack(const float* weights, const float* bias, void* packed) const;
    /// `residual` is ignored (may be null) unless the epilogue has one. It may be dst itself, which is fastest; any
    /// other overlap is forbidden, and src must not overlap dst.
    void run(const float* src, const void* packed, const float* residual, float* dst, void* workspace) const;

    std::string implementation() const;

    struct Impl;

private:
    std::unique_ptr<Impl> impl_;
};

}  // namespace hpnas::kernel
