#include <gtest/gtest.h>

#include "hpnas/op/global_average_pool.hpp"
#include "op/by_hand.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;

TEST(GlobalAveragePool, IsTheMeanPerChannel) {
    const ReferenceArgs r =
        by_hand(make_global_average_pool(), {{2, 1, 2}}, {{1, 10, 3, 30, 5, 0, 7, 0}}, {}, {2, 4, 6, 8});
    EXPECT_EQ(r.dst, (std::vector<double>{2, 20, 6, 0}));
    EXPECT_EQ(r.diff_src[0], (std::vector<double>{1, 2, 1, 2, 3, 4, 3, 4}));
}

TEST(GlobalAveragePool, ReadsAnImage) {
    EXPECT_EQ(output_of(make_global_average_pool(), {{7, 7, 1280}}), Shape{1280});
    EXPECT_EQ(shape_error([] { output_of(make_global_average_pool(), {Shape{10}}); }),
              "global_average_pool: src[0]: expected an image [H, W, C], got [10]");
}

}  // namespace
}  // namespace hpnas
