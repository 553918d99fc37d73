#include <hpnas/kernel/reference.hpp>

#include <cstddef>

namespace hpnas::kernel::reference {
namespace {

/// Calls visit(src index, weight index, dst index) once for every product of the convolution.
template <class Visit>
void for_each_product(const ConvolutionShape& s, Visit visit) {
    const Window& win = s.window;
    const std::int64_t oh = s.out_h(), ow = s.out_w(), cg = s.c / s.groups, kg = s.k / s.groups;
    const auto tap = [&](std::int64_t n, std::int64_t y, std::int64_t x, std::int64_t i, std::int64_t j) {
        const std::int64_t sy = y * win.stride_h - win.pad_top + i * win.dilation_h;
        const std::int64_t sx = x * win.stride_w - win.pad_left + j * win.dilation_w;
        if (sy < 0 || sy >= s.h || sx < 0 || sx >= s.w) return;
        const std::int64_t pixel = (n * s.h + sy) * s.w + sx, out = (n * oh + y) * ow + x;
        for (std::int64_t k = 0; k < s.k; ++k)
            for (std::int64_t c = 0; c < cg; ++c)
                visit(static_cast<std::size_t>(pixel * s.c + k / kg * cg + c),
                      static_cast<std::size_t>(((k * win.kh + i) * win.kw + j) * cg + c),
                      static_cast<std::size_t>(out * s.k + k));
    };
    for (std::int64_t n = 0; n < s.n; ++n)
        for (std::int64_t y = 0; y < oh; ++y)
            for (std::int64_t x = 0; x < ow; ++x)
                for (std::int64_t tap_index = 0; tap_index < win.kh * win.kw; ++tap_index)
                    tap(n, y, x, tap_index / win.kw, tap_index % win.kw);
}

Values zeros(std::int64_t count) { return Values(static_cast<std::size_t>(count)); }

}  // namespace

Values convolution_forward(const ConvolutionShape& shape, const Values& src, const Values& weights,
                           const Values& bias) {
    Values dst = zeros(shape.dst_count());
    if (!bias.empty())
        for (std::size_t i = 0; i < dst.size(); ++i) dst[i] = bias[i % bias.size()];
    for_each_product(shape, [&](std::size_t s, std::size_t w, std::size_t d) { dst[d] += src[s] * weights[w]; });
    return dst;
}

Values convolution_backward_data(const ConvolutionShape& shape, const Values& diff_dst, const Values& weights) {
    Values diff_src = zeros(shape.src_count());
    for_each_product(shape,
                     [&](std::size_t s, std::size_t w, std::size_t d) { diff_src[s] += diff_dst[d] * weights[w]; });
    return diff_src;
}

Values convolution_backward_weights(const ConvolutionShape& shape, const Values& src, const Values& diff_dst) {
    Values diff_weights = zeros(shape.weight_count());
    for_each_product(shape,
                     [&](std::size_t s, std::size_t w, std::size_t d) { diff_weights[w] += diff_dst[d] * src[s]; });
    return diff_weights;
}

Values bias_backward(const Values& diff_dst, std::int64_t k) {
    Values diff_bias = zeros(k);
    for (std::size_t i = 0; i < diff_dst.size(); ++i) diff_bias[i % diff_bias.size()] += diff_dst[i];
    return diff_bias;
}

Values matmul(const MatmulShape& s, const Values& a, const Values& b, const Values& bias) {
    Values c = zeros(s.batch * s.m * s.n);
    const auto at = [](std::int64_t i) { return static_cast<std::size_t>(i); };
    for (std::int64_t row = 0; row < s.batch * s.m; ++row)
        for (std::int64_t j = 0; j < s.n; ++j) {
            const std::int64_t batch = row / s.m, i = row % s.m;
            double sum = bias.empty() ? 0.0 : bias[at(j)];
            for (std::int64_t k = 0; k < s.k; ++k)
                sum += a[at(batch * s.m * s.k + (s.transpose_a ? k * s.m + i : i * s.k + k))] *
                       b[at(batch * s.k * s.n + (s.transpose_b ? j * s.k + k : k * s.n + j))];
            c[at(row * s.n + j)] = activation(s.activation, sum);
        }
    return c;
}

}  // namespace hpnas::kernel::reference
