#include <numeric>

#include "hpnas/kernel/permute.hpp"
#include "kernel/exact.hpp"

namespace hpnas::kernel {
namespace {

/// The definition, element by element.
reference::Values permuted(const std::vector<std::int64_t>& sizes, const std::vector<int>& order,
                           const std::vector<float>& src) {
    reference::Values dst;
    std::vector<std::int64_t> at(sizes.size(), 0);  // coordinates in dst
    for (std::size_t i = 0; i < src.size(); ++i) {
        std::vector<std::int64_t> from(sizes.size());
        for (std::size_t d = 0; d < order.size(); ++d) from[static_cast<std::size_t>(order[d])] = at[d];
        std::int64_t position = 0;
        for (std::size_t d = 0; d < sizes.size(); ++d) position = position * sizes[d] + from[d];
        dst.push_back(static_cast<double>(src[static_cast<std::size_t>(position)]));
        for (std::size_t d = at.size(); d-- > 0;) {
            if (++at[d] < sizes[static_cast<std::size_t>(order[d])]) break;
            at[d] = 0;
        }
    }
    return dst;
}

TEST(Permute, EveryOrderOfFourDimensionsIsExact) {
    const std::vector<std::int64_t> sizes{3, 18, 5, 17};  // more than a tile and less
    const std::vector<float> src = exact::values(3 * 18 * 5 * 17, 1);
    std::vector<int> order{0, 1, 2, 3};
    do {
        const exact::Buffer from(src), dst(static_cast<std::int64_t>(src.size()));
        permute(sizes, order, from.data(), dst.data());
        exact::expect_equal(dst, permuted(sizes, order, src), "dst");
    } while (std::next_permutation(order.begin(), order.end()));
}

TEST(Permute, LargeMatricesAndVectorsAreExact) {
    const std::vector<std::pair<std::vector<std::int64_t>, std::vector<int>>> cases{
        {{300, 170}, {1, 0}}, {{7}, {0}}, {{1, 1}, {1, 0}}, {{40, 33, 50}, {0, 2, 1}}};
    for (const auto& [sizes, order] : cases) {
        const std::int64_t count = std::accumulate(sizes.begin(), sizes.end(), std::int64_t{1}, std::multiplies<>());
        const std::vector<float> src = exact::values(count, 2);
        const exact::Buffer from(src), dst(count);
        permute(sizes, order, from.data(), dst.data());
        exact::expect_equal(dst, permuted(sizes, order, src), "dst");
    }
}

}  // namespace
}  // namespace hpnas::kernel
