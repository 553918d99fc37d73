#include <gtest/gtest.h>

#include "hpnas/score/jacob_cov.hpp"
#include "score/golden_network.hpp"
#include "score/torch_golden.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;

TEST(JacobCov, EqualsPyTorch) {
    GoldenProblem problem;
    ScoreProbe probe = problem.probe();
    EXPECT_NEAR(JacobCov({}).compute(probe).value(), golden::jacob_cov, 1e-4 * std::abs(golden::jacob_cov));
    EXPECT_NEAR(JacobCov({.coupled = true}).compute(probe).value(), golden::jacob_cov_coupled,
                1e-4 * std::abs(golden::jacob_cov_coupled));
}

TEST(JacobCov, OfTwoRowsByHand) {
    // Centred rows (1, -1, 0) and (1, 0, -1): correlation 1/2, eigenvalues 1/2 and 3/2.
    const auto term = [](double x) { return std::log(x + 1e-5) + 1 / (x + 1e-5); };
    EXPECT_NEAR(jacobian_covariance({2, 0, 1, 5, 4, 3}, 2), -term(0.5) - term(1.5), 1e-9);
    EXPECT_TRUE(std::isnan(jacobian_covariance({2, 0, 1, 3, 3, 3}, 2))) << "a constant row has no correlation";
    EXPECT_NEAR(jacobian_covariance({2, 0, 1, 4, 0, 2}, 2), -term(0) - term(2), 1e-3) << "equal up to a factor";
}

}  // namespace
}  // namespace hpnas
