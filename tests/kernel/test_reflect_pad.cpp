#include "hpnas/kernel/reflect_pad.hpp"
#include "kernel/exact.hpp"

namespace hpnas::kernel {
namespace {

TEST(ReflectPad, TheMirrorImageContinuesWithoutTheBorder) {
    // a b c, two more on both sides: c b | a b c | b a.
    const exact::Buffer src({1, 2, 3}), dst(7), diff_dst({1, 2, 3, 4, 5, 6, 7}), diff_src(3);
    const ReflectPadShape shape{.w = 3, .pad_w = 2};
    reflect_pad(shape, src.data(), dst.data());
    exact::expect_equal(dst, {3, 2, 1, 2, 3, 2, 1}, "dst");
    reflect_pad_backward(shape, diff_dst.data(), diff_src.data());
    exact::expect_equal(diff_src, {3 + 7, 2 + 4 + 6, 1 + 5}, "diff_src");
}

TEST(ReflectPad, BackwardSendsEveryGradientWhereItsValueCameFrom) {
    // The gradient of the number k is the sum over the places where padding an image of indices put k.
    for (const ReflectPadShape& s : {ReflectPadShape{2, 3, 4, 5, 2, 3}, ReflectPadShape{1, 5, 1, 3, 1, 0},
                                     ReflectPadShape{3, 1, 1, 2, 0, 0}, ReflectPadShape{1, 2, 6, 1, 1, 5}}) {
        const std::int64_t count = s.n * s.h * s.w * s.c;
        const std::int64_t padded = s.n * (s.h + 2 * s.pad_h) * (s.w + 2 * s.pad_w) * s.c;
        std::vector<float> indices;
        for (std::int64_t i = 0; i < count; ++i) indices.push_back(static_cast<float>(i));
        const exact::Buffer src(indices), from(padded), diff_dst(exact::values(padded, 3)), diff_src(count);
        reflect_pad(s, src.data(), from.data());
        reference::Values expected(diff_src.size(), 0);
        for (std::int64_t i = 0; i < padded; ++i)
            expected[static_cast<std::size_t>(from.data()[i])] += static_cast<double>(diff_dst.data()[i]);
        reflect_pad_backward(s, diff_dst.data(), diff_src.data());
        exact::expect_equal(diff_src, expected, "diff_src");
    }
}

}  // namespace
}  // namespace hpnas::kernel
