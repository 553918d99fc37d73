#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "hpnas/core/rng.hpp"
#include "hpnas/kernel/reference.hpp"

/// Inputs whose products and sums are exact in float32, so that a kernel must equal its double reference bit for bit
/// whatever the order of its sums: integers of at most 32 over a power of two. 2^14 products of at most 2^10 fit the 24
/// bits of a float.
namespace hpnas::kernel::exact {

/// 64-byte aligned floats, filled with NaN (to show what a kernel leaves unwritten) and with guards on both sides.
class Buffer {
public:
    explicit Buffer(std::int64_t count) : count_(static_cast<std::size_t>(count)) {
        const std::size_t bytes = ((count_ + 2 * guard) * sizeof(float) + 63) / 64 * 64;
        memory_.reset(static_cast<float*>(std::aligned_alloc(64, bytes)));
        std::fill_n(memory_.get(), bytes / sizeof(float), std::numeric_limits<float>::quiet_NaN());
        std::fill_n(memory_.get(), guard, guard_value);
        std::fill_n(data() + count_, guard, guard_value);
    }
    explicit Buffer(const std::vector<float>& values) : Buffer(static_cast<std::int64_t>(values.size())) {
        std::copy(values.begin(), values.end(), data());
    }
    float* data() const { return memory_.get() + guard; }
    std::size_t size() const { return count_; }
    std::vector<float> values() const { return {data(), data() + count_}; }
    /// Where a guard was overwritten first: "" if nowhere.
    std::string damage() const {
        for (std::size_t i = 0; i < count_ + 2 * guard; ++i)
            if ((i < guard || i >= guard + count_) && memory_.get()[i] != guard_value)
                return "element " + std::to_string(static_cast<std::int64_t>(i) - static_cast<std::int64_t>(guard)) +
                       " of " + std::to_string(count_) + ": " + std::to_string(memory_.get()[i]);
        return "";
    }
    bool intact() const {
        const auto whole = [](const float* begin) {
            return std::all_of(begin, begin + guard, [](float x) { return x == guard_value; });
        };
        return whole(memory_.get()) && whole(data() + count_);
    }

private:
    static constexpr std::size_t guard = 256;
    static constexpr float guard_value = 12345.0F;
    struct Free {
        void operator()(float* p) const { std::free(p); }
    };
    std::size_t count_;
    std::unique_ptr<float, Free> memory_;
};

/// Scratch memory full of NaN.
inline Buffer workspace(std::size_t bytes) { return Buffer(static_cast<std::int64_t>(bytes / sizeof(float))); }

/// Multiples of 1 / denominator (a power of two) in [-32, 32] / denominator.
inline std::vector<float> values(std::int64_t count, std::uint64_t seed, float denominator = 1) {
    Rng rng(seed, Purpose::test);
    std::vector<float> result(static_cast<std::size_t>(count));
    for (float& x : result) x = (static_cast<float>(rng.below(65)) - 32.0F) / denominator;
    return result;
}

/// Normal numbers: for tests of reproducibility, where roundings must show.
inline std::vector<float> rough_values(std::int64_t count, std::uint64_t seed) {
    Rng rng(seed, Purpose::test);
    std::vector<float> result(static_cast<std::size_t>(count));
    for (float& x : result) x = static_cast<float>(rng.normal());
    return result;
}

inline reference::Values as_double(const std::vector<float>& values) { return {values.begin(), values.end()}; }

/// Largest |got - expected| beyond `tolerance` * max(1, |expected|) fails, and so do NaN and overwritten guards.
inline void expect_near(const Buffer& got, const reference::Values& expected, double tolerance,
                        const std::string& what) {
    EXPECT_EQ(got.damage(), "") << what << ": wrote outside";
    ASSERT_EQ(got.size(), expected.size()) << what;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const double x = got.data()[i], bound = tolerance * std::max(1.0, std::abs(expected[i]));
        if (!(std::abs(x - expected[i]) <= bound)) {
            ADD_FAILURE() << what << "[" << i << "]: expected " << expected[i] << ", got " << x;
            return;
        }
    }
}

inline void expect_equal(const Buffer& got, const reference::Values& expected, const std::string& what) {
    expect_near(got, expected, 0.0, what);
}

}  // namespace hpnas::kernel::exact
