#pragma once
#include <cstdint>
#include <hpnas/kernel/window.hpp>

namespace hpnas::kernel {

/// dst [n, c] = mean over the `spatial` positions of src [n, spatial, c].
void global_average_pool_forward(const float* src, float* dst, std::int64_t n, std::int64_t spatial, std::int64_t c);
/// diff_src [n, spatial, c] = diff_dst [n, c] / spatial, overwritten.
void global_average_pool_backward(const float* diff_dst, float* diff_src, std::int64_t n, std::int64_t spatial,
                                  std::int64_t c);

enum class PoolingKind : std::uint8_t {
    maximum = 0,            ///< padding never wins
    average = 1,            ///< divided by the number of positions inside the image
    average_with_pads = 2,  ///< divided by kh * kw
};

/// src [n, h, w, c], dst [n, h', w', c].
struct PoolingShape {
    std::int64_t n = 1, h = 1, w = 1, c = 1;
    Window window;
    PoolingKind kind = PoolingKind::maximum;
};

class Pooling {
public:
    /// @throws ShapeError if a size is not positive, the window does not fit, or padding is not smaller than the
    /// (dilated) window
    explicit Pooling(const PoolingShape& shape);
    const PoolingShape& shape() const noexcept { return shape_; }
    std::int64_t out_h() const noexcept { return shape_.window.out_h(shape_.h); }
    std::int64_t out_w() const noexcept { return shape_.window.out_w(shape_.w); }

    void forward(const float* src, float* dst) const;
    /// diff_src is overwritten. The maximum is found again in `src` (not read for averages); the first of equal ones
    /// gets the gradient.
    void backward(const float* src, const float* diff_dst, float* diff_src) const;

private:
    PoolingShape shape_;
};

}  // namespace hpnas::kernel
