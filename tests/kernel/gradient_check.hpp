#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "hpnas/core/rng.hpp"
#include "hpnas/kernel/reference.hpp"

/// Checks gradients of reference kernels against finite differences of their forward pass, all in double precision.
namespace hpnas::kernel::reference {

/// Normal numbers.
inline Values random_values(std::int64_t count, std::uint64_t seed) {
    Rng rng(seed, Purpose::test);
    Values result(static_cast<std::size_t>(count));
    for (double& x : result) x = rng.normal();
    return result;
}

inline double dot(const Values& a, const Values& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
    return sum;
}

/// Expects `gradient` to be that of loss(x) at `x`. Central differences with step 1e-5 carry an error of 1e-10 times
/// the third derivative plus 1e-16 / 1e-5 times the value, both of order 1 here: 1e-8 leaves room for a hundred of
/// either.
template <class Loss>
void expect_gradient(Loss loss, Values x, const Values& gradient, const std::string& what) {
    ASSERT_EQ(x.size(), gradient.size()) << what;
    const double step = 1e-5;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const double at = x[i];
        x[i] = at + step;
        const double above = loss(x);
        x[i] = at - step;
        const double below = loss(x);
        x[i] = at;
        EXPECT_NEAR(gradient[i], (above - below) / (2 * step), 1e-8 * std::max(1.0, std::abs(gradient[i])))
            << what << "[" << i << "]";
    }
}

}  // namespace hpnas::kernel::reference
