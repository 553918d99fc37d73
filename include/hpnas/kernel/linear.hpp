#pragma once
#include <cstddef>
#include <cstdint>
#include <hpnas/kernel/activation.hpp>
#include <hpnas/kernel/engine.hpp>
#include <memory>
#include <string>

namespace hpnas::kernel {

/// C[b] = f(op(A[b]) * op(B[b]) + bias), row-major; op(A) [m, k], op(B) [k, n], C [m, n], bias [n], b < batch.
struct MatmulShape {
    std::int64_t m = 1, n = 1, k = 1;
    std::int64_t batch = 1;
    bool transpose_a = false;  ///< A is stored [k, m]
    bool transpose_b = false;  ///< B is stored [n, k]
    bool bias = false;
    Activation activation = Activation::none;
};

/// Matrix product bound to its sizes; the building block of linear layers, 1x1 convolutions and attention.
class Matmul {
public:
    /// @throws ShapeError if a size is not positive
    Matmul(Engine& engine, const MatmulShape& shape);
    ~Matmul();
    Matmul(Matmul&&) noexcept;
    Matmul& operator=(Matmul&&) noexcept;

    std::size_t workspace_bytes() const noexcept;
    /// `bias` is ignored (may be null) without bias. c must not overlap a or b.
    void run(const float* a, const float* b, const float* bias, float* c, void* workspace) const;
    std::string implementation() const;

    struct Impl;

private:
    std::unique_ptr<Impl> impl_;
};

/// Fully connected layer over `rows` vectors: src [rows, c], weights [k, c], bias [k], dst [rows, k].
struct LinearShape {
    std::int64_t rows = 1, c = 1, k = 1;
    bool bias = true;
    Activation activation = Activation::none;  ///< forward only: for inference; training applies it separately
    bool training = true;                      ///< false: only forward() may be called
};

class Linear {
public:
    /// @throws ShapeError if a size is not positive, or training is asked with an activation
    Linear(Engine& engine, const LinearShape& shape);
    ~Linear();
    Linear(Linear&&) noexcept;
    Linear& operator=(Linear&&) noexcept;

    const LinearShape& shape() const noexcept;
    std::size_t workspace_bytes() const noexcept;
    void forward(const float* src, const float* weights, const float* bias, float* dst, void* workspace) const;
    void backward_data(const float* diff_dst, const float* weights, float* diff_src, void* workspace) const;
    /// diff_bias is ignored (may be null) without bias.
    void backward_weights(const float* src, const float* diff_dst, float* diff_weights, float* diff_bias,
                          void* workspace) const;
    std::string implementation() const;

    struct Impl;

private:
    std::unique_ptr<Impl> impl_;
};

}  // namespace hpnas::kernel
