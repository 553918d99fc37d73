#include <hpnas/kernel/reference.hpp>

#include <cstddef>
#include <limits>

namespace hpnas::kernel::reference {
namespace {

constexpr std::size_t nothing = std::numeric_limits<std::size_t>::max();

/// Calls visit(dst index, indices of the source elements in its window, top left first).
template <class Visit>
void for_each_window(const PoolingShape& s, Visit visit) {
    const Window& win = s.window;
    const std::int64_t oh = win.out_h(s.h), ow = win.out_w(s.w);
    std::vector<std::size_t> sources;
    for (std::int64_t d = 0; d < s.n * oh * ow * s.c; ++d) {
        const std::int64_t c = d % s.c, x = d / s.c % ow, y = d / s.c / ow % oh, n = d / s.c / ow / oh;
        sources.clear();
        for (std::int64_t i = 0; i < win.kh; ++i)
            for (std::int64_t j = 0; j < win.kw; ++j) {
                const std::int64_t sy = y * win.stride_h - win.pad_top + i * win.dilation_h;
                const std::int64_t sx = x * win.stride_w - win.pad_left + j * win.dilation_w;
                if (sy < 0 || sy >= s.h || sx < 0 || sx >= s.w) continue;
                sources.push_back(static_cast<std::size_t>(((n * s.h + sy) * s.w + sx) * s.c + c));
            }
        visit(static_cast<std::size_t>(d), sources);
    }
}

double divisor(const PoolingShape& s, std::size_t inside) {
    return s.kind == PoolingKind::average ? static_cast<double>(inside)
                                          : static_cast<double>(s.window.kh * s.window.kw);
}

std::size_t largest(const Values& src, const std::vector<std::size_t>& sources) {
    std::size_t best = nothing;
    for (const std::size_t i : sources)
        if (best == nothing || src[i] > src[best]) best = i;
    return best;
}

}  // namespace

Values pooling_forward(const PoolingShape& s, const Values& src) {
    Values dst(static_cast<std::size_t>(s.n * s.window.out_h(s.h) * s.window.out_w(s.w) * s.c));
    for_each_window(s, [&](std::size_t d, const std::vector<std::size_t>& sources) {
        if (s.kind == PoolingKind::maximum) {
            dst[d] = src[largest(src, sources)];
        } else {
            for (const std::size_t i : sources) dst[d] += src[i] / divisor(s, sources.size());
        }
    });
    return dst;
}

Values pooling_backward(const PoolingShape& s, const Values& src, const Values& diff_dst) {
    Values diff_src(static_cast<std::size_t>(s.n * s.h * s.w * s.c));
    for_each_window(s, [&](std::size_t d, const std::vector<std::size_t>& sources) {
        if (s.kind == PoolingKind::maximum) {
            diff_src[largest(src, sources)] += diff_dst[d];
        } else {
            for (const std::size_t i : sources) diff_src[i] += diff_dst[d] / divisor(s, sources.size());
        }
    });
    return diff_src;
}

Values global_average_pool_forward(const Values& src, std::int64_t n, std::int64_t spatial, std::int64_t c) {
    Values dst(static_cast<std::size_t>(n * c));
    const auto channels = static_cast<std::size_t>(c), image = static_cast<std::size_t>(spatial * c);
    for (std::size_t i = 0; i < src.size(); ++i)
        dst[i / image * channels + i % channels] += src[i] / static_cast<double>(spatial);
    return dst;
}

Values global_average_pool_backward(const Values& diff_dst, std::int64_t n, std::int64_t spatial, std::int64_t c) {
    Values diff_src(static_cast<std::size_t>(n * spatial * c));
    const auto channels = static_cast<std::size_t>(c), image = static_cast<std::size_t>(spatial * c);
    for (std::size_t i = 0; i < diff_src.size(); ++i)
        diff_src[i] = diff_dst[i / image * channels + i % channels] / static_cast<double>(spatial);
    return diff_src;
}

}  // namespace hpnas::kernel::reference
