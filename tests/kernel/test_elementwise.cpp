#include "hpnas/kernel/elementwise.hpp"
#include "kernel/exact.hpp"

namespace hpnas::kernel {
namespace {

constexpr std::array<std::int64_t, 8> counts{1, 3, 15, 16, 17, 100, 1 << 15, 100001};

TEST(Elementwise, AddIsExactAndWorksInPlace) {
    for (const std::int64_t count : counts) {
        const exact::Buffer a(exact::values(count, 1)), b(exact::values(count, 2)),
            dst(count);  // small integers: exact sums
        reference::Values expected(a.size());
        for (std::size_t i = 0; i < a.size(); ++i)
            expected[i] = static_cast<double>(a.data()[i]) + static_cast<double>(b.data()[i]);
        add(a.data(), b.data(), dst.data(), count);
        exact::expect_equal(dst, expected, "dst");
        add(a.data(), b.data(), a.data(), count);
        exact::expect_equal(a, expected, "dst is a");
    }
    const exact::Buffer a(std::vector<float>{1, 2}), b(std::vector<float>{10, 20});
    add(a.data(), b.data(), b.data(), 2);
    EXPECT_EQ(b.values(), (std::vector<float>{11, 22}));
}

TEST(Elementwise, MultiplyIsExactAndWorksInPlace) {
    for (const std::int64_t count : counts) {
        const exact::Buffer a(exact::values(count, 1)), b(exact::values(count, 2)), dst(count);
        reference::Values expected(a.size());
        for (std::size_t i = 0; i < a.size(); ++i)
            expected[i] = static_cast<double>(a.data()[i]) * static_cast<double>(b.data()[i]);
        multiply(a.data(), b.data(), dst.data(), count);
        exact::expect_equal(dst, expected, "dst");
        multiply(a.data(), b.data(), b.data(), count);
        exact::expect_equal(b, expected, "dst is b");
    }
}

TEST(Elementwise, ScaleIsExactAndWorksInPlace) {
    for (const std::int64_t count : counts) {
        const exact::Buffer src(exact::values(count, 1)), dst(count);
        reference::Values expected(src.size());
        for (std::size_t i = 0; i < src.size(); ++i) expected[i] = -1.5 * static_cast<double>(src.data()[i]);
        scale(-1.5F, src.data(), dst.data(), count);
        exact::expect_equal(dst, expected, "dst");
        scale(-1.5F, src.data(), src.data(), count);
        exact::expect_equal(src, expected, "in place");
    }
}

TEST(Elementwise, FillWritesEveryElementAndNoMore) {
    for (const std::int64_t count : counts) {
        const exact::Buffer dst(count);
        fill(2.5F, dst.data(), count);
        exact::expect_equal(dst, reference::Values(dst.size(), 2.5), "dst");
    }
}

}  // namespace
}  // namespace hpnas::kernel
