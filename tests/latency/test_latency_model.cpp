#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "hpnas/core/error.hpp"
#include "hpnas/latency/latency_model.hpp"

namespace hpnas {
namespace {

class Fixed final : public LatencyModel {
public:
    explicit Fixed(double ms) : ms_(ms) {}
    std::string_view name() const noexcept override { return "fixed"; }

private:
    Milliseconds do_predict(const Network&) override { return Milliseconds(ms_); }
    double ms_;
};

TEST(LatencyModel, PassesATimeThrough) { EXPECT_DOUBLE_EQ(Fixed(0.25).predict(Network{}).count(), 0.25); }

TEST(LatencyModel, LooksAtTheNetworkUnlessItKnowsEncodings) {
    EXPECT_DOUBLE_EQ(Fixed(0.25).predict(Network{}, std::vector<std::int16_t>{1, 2}).count(), 0.25);
    EXPECT_THROW(Fixed(0).predict(Network{}, std::vector<std::int16_t>{1}), InternalError);
}

TEST(LatencyModel, NeverReturnsZeroNegativeOrNoNumber) {
    for (const double bad : {0.0, -1e-9, std::nan(""), double{INFINITY}})
        EXPECT_THROW(Fixed(bad).predict(Network{}), InternalError) << bad;
}

}  // namespace
}  // namespace hpnas
