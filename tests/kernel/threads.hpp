#pragma once
#include <gtest/gtest.h>
#include <omp.h>

#include <string>

namespace hpnas::kernel {

/// Expects run() to return the same values, to the bit, with one, two and three threads.
template <class Run>
void expect_same_bits_for_any_threads(Run run, const std::string& what) {
    const int before = omp_get_max_threads();
    omp_set_num_threads(1);
    const auto one = run();
    for (const int threads : {2, 3}) {
        omp_set_num_threads(threads);
        EXPECT_EQ(one, run()) << what << " with " << threads << " threads";
    }
    omp_set_num_threads(before);
}

}  // namespace hpnas::kernel
