#include "hpnas/kernel/channel_scale.hpp"
#include "kernel/exact.hpp"

namespace hpnas::kernel {
namespace {

constexpr std::array<ChannelScaleShape, 4> shapes{{{1, 1, 1}, {2, 3, 5}, {3, 7, 64}, {2, 9, 130}}};

// Small integers: products and sums are exact, so the expected values need no tolerance.
TEST(ChannelScale, ForwardIsExactAndWorksInPlace) {
    for (const ChannelScaleShape& s : shapes) {
        const std::int64_t count = s.n * s.spatial * s.c;
        const exact::Buffer src(exact::values(count, 1)), gate(exact::values(s.n * s.c, 2)), dst(count);
        reference::Values expected(src.size());
        for (std::int64_t i = 0; i < count; ++i) {
            const std::int64_t g = i / (s.spatial * s.c) * s.c + i % s.c;
            expected[static_cast<std::size_t>(i)] =
                static_cast<double>(src.data()[i]) * static_cast<double>(gate.data()[g]);
        }
        scale_channels(s, src.data(), gate.data(), dst.data());
        exact::expect_equal(dst, expected, "dst");
        scale_channels(s, src.data(), gate.data(), src.data());
        exact::expect_equal(src, expected, "in place");
    }
}

TEST(ChannelScale, BackwardIsExactAndWorksInPlace) {
    for (const ChannelScaleShape& s : shapes) {
        const std::int64_t count = s.n * s.spatial * s.c, gates = s.n * s.c;
        const exact::Buffer src(exact::values(count, 1)), gate(exact::values(gates, 2)),
            diff_dst(exact::values(count, 3));
        const exact::Buffer diff_src(count), diff_gate(gates);
        reference::Values expected_src(diff_src.size()), expected_gate(diff_gate.size(), 0);
        for (std::int64_t i = 0; i < count; ++i) {
            const std::int64_t g = i / (s.spatial * s.c) * s.c + i % s.c;
            const auto diff = static_cast<double>(diff_dst.data()[i]);
            expected_src[static_cast<std::size_t>(i)] = diff * static_cast<double>(gate.data()[g]);
            expected_gate[static_cast<std::size_t>(g)] += diff * static_cast<double>(src.data()[i]);
        }
        scale_channels_backward(s, {src.data(), nullptr, diff_dst.data(), nullptr, diff_gate.data()});
        exact::expect_equal(diff_gate, expected_gate, "diff_gate alone");
        scale_channels_backward(s, {nullptr, gate.data(), diff_dst.data(), diff_src.data(), nullptr});
        exact::expect_equal(diff_src, expected_src, "diff_src alone");
        scale_channels_backward(s, {src.data(), gate.data(), diff_dst.data(), diff_dst.data(), diff_gate.data()});
        exact::expect_equal(diff_dst, expected_src, "in place");
        exact::expect_equal(diff_gate, expected_gate, "diff_gate");
    }
}

}  // namespace
}  // namespace hpnas::kernel
