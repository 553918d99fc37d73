#include "hpnas/kernel/sequence.hpp"
#include "kernel/exact.hpp"
#include "kernel/threads.hpp"

namespace hpnas::kernel {
namespace {

TEST(Sequence, RowsAreCopiedBetweenSteps) {
    const exact::Buffer src({1, 2, 3, 4, 5, 6}), dst(std::vector<float>(8, 0));
    copy_rows({.rows = 2, .count = 2, .src_step = 3, .dst_step = 4}, src.data() + 1, dst.data());
    exact::expect_equal(dst, {2, 3, 0, 0, 5, 6, 0, 0}, "dst");
}

TEST(Sequence, ARowIsRepeated) {
    const exact::Buffer row({1, 2}), dst(std::vector<float>(7, 0));
    repeat_row(3, 2, 2, row.data(), dst.data());
    exact::expect_equal(dst, {1, 2, 1, 2, 1, 2, 0}, "dst");
}

TEST(Sequence, ARowIsAddedInPlaceToo) {
    const exact::Buffer src({1, 2, 3, 4}), row({10, 20}), dst(4);
    add_row(2, 2, src.data(), row.data(), dst.data());
    exact::expect_equal(dst, {11, 22, 13, 24}, "dst");
    add_row(2, 2, src.data(), row.data(), src.data());
    exact::expect_equal(src, {11, 22, 13, 24}, "in place");
}

TEST(Sequence, RowsAreSummed) {
    constexpr std::int64_t rows = 37, count = 150, step = 200;
    const exact::Buffer src(exact::values(rows * step, 1)), sum(count);
    reference::Values expected(sum.size(), 0);
    for (std::int64_t r = 0; r < rows; ++r)
        for (std::int64_t i = 0; i < count; ++i)
            expected[static_cast<std::size_t>(i)] += static_cast<double>(src.data()[r * step + i]);
    sum_samples(rows, count, step, src.data(), sum.data());
    exact::expect_equal(sum, expected, "sum");
}

TEST(Sequence, MeansLeaveTheFirstTokensOut) {
    // Four tokens of two channels, two samples; means of three tokens.
    const TokenMeanShape shape{.n = 2, .tokens = 4, .c = 2, .first = 1};
    const exact::Buffer src({9, 9, 1, 2, 3, 4, 5, 6, 9, 9, 0, 3, 0, 3, 0, 3}), dst(4);
    token_mean(shape, src.data(), dst.data());
    exact::expect_equal(dst, {3, 4, 0, 3}, "dst");
    const exact::Buffer diff_dst({1, 2, 3, 4}), diff_src(16);
    token_mean_backward({.n = 2, .tokens = 4, .c = 2, .first = 2}, diff_dst.data(), diff_src.data());
    exact::expect_equal(diff_src, {0, 0, 0, 0, 0.5, 1, 0.5, 1, 0, 0, 0, 0, 1.5, 2, 1.5, 2}, "diff_src");
}

TEST(Sequence, SumsDoNotDependOnTheNumberOfThreads) {
    constexpr std::int64_t rows = 100, count = 1000;
    const std::vector<float> src = exact::rough_values(rows * count, 1);
    expect_same_bits_for_any_threads(
        [&] {
            std::vector<float> sum(count);
            sum_samples(rows, count, count, src.data(), sum.data());
            return sum;
        },
        "sum_samples");
    expect_same_bits_for_any_threads(
        [&] {
            std::vector<float> mean(1000);
            token_mean({.n = 10, .tokens = 100, .c = 100}, src.data(), mean.data());
            return mean;
        },
        "token_mean");
}

}  // namespace
}  // namespace hpnas::kernel
