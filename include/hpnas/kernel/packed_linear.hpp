#pragma once
#include <cstddef>
#include <cstdint>
#include <hpnas/kernel/activation.hpp>
#include <string>

namespace hpnas::kernel {

/// Fully connected layer for inference: dst = f(src * weights^T + bias + residual), src [rows, c], weights [k, c], bias
/// [k], residual and dst [rows, k].
struct PackedLinearShape {
    std::int64_t rows = 1, c = 1, k = 1;
    Activation activation = Activation::none;
};

/// Weights and bias are packed once, then used by every call. The result does not depend on the number of threads.
class PackedLinear {
public:
    /// @throws ShapeError if a size is not positive
    explicit PackedLinear(const PackedLinearShape& shape);

    const PackedLinearShape& shape() const noexcept { return shape_; }
    /// Bytes of the packed parameters (64-byte aligned memory, kept by the caller).
    std::size_t packed_bytes() const noexcept;
    /// Puts weights and bias (null: zero) into the order that run() reads.
    void pack(const float* weights, const float* bias, void* packed) const;
    /// `residual` may be null (zero) or dst itself; any other overlap is forbidden.
    void run(const float* src, const void* packed, const float* residual, float* dst) const;
    static std::string implementation();

private:
    PackedLinearShape shape_;
};

}  // namespace hpnas::kernel
