#include "kernel/exact.hpp"
#include "kernel/row_sums.hpp"
#include "kernel/threads.hpp"

namespace hpnas::kernel {
namespace {

TEST(RowSums, AreSumsOverTheRows) {
    for (const std::int64_t rows : {1, 8, 9, 1000})
        for (const std::int64_t width : {1, 17, 600}) {
            const exact::Buffer src(exact::values(rows * width, 1)), total(width),
                workspace = exact::workspace(sum_rows_bytes({rows, width}));
            reference::Values expected(total.size(), 0);
            for (std::size_t i = 0; i < src.size(); ++i) expected[i % total.size()] += src.data()[i];
            sum_rows({rows, width}, src.data(), total.data(), workspace.data());
            exact::expect_equal(total, expected, "total");
            EXPECT_TRUE(workspace.intact());
        }
}

TEST(RowSums, GiveTheSameBitsForAnyNumberOfThreads) {
    expect_same_bits_for_any_threads(
        [] {
            const exact::Buffer src(exact::rough_values(5000 * 70, 1)), total(70),
                workspace = exact::workspace(sum_rows_bytes({5000, 70}));
            sum_rows({5000, 70}, src.data(), total.data(), workspace.data());
            return total.values();
        },
        "sum_rows");
}

}  // namespace
}  // namespace hpnas::kernel
