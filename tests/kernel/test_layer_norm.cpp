#include "hpnas/core/error.hpp"
#include "hpnas/kernel/layer_norm.hpp"
#include "hpnas/kernel/reference_sequence.hpp"
#include "kernel/exact.hpp"
#include "kernel/threads.hpp"

namespace hpnas::kernel {
namespace {

using exact::Buffer;

struct Case {
    explicit Case(const LayerNormShape& s)
        : norm(s),
          src(exact::rough_values(s.rows * s.width, 1)),
          gamma(exact::rough_values(s.width, 2)),
          beta(exact::rough_values(s.width, 3)),
          diff(exact::rough_values(s.rows * s.width, 4)),
          dst(s.rows * s.width),
          statistics(2 * s.rows),
          diff_gamma(s.width),
          diff_beta(s.width),
          workspace(exact::workspace(norm.workspace_bytes())) {}
    reference::LayerNormInput input() const {
        return {exact::as_double(src.values()), exact::as_double(gamma.values()), exact::as_double(beta.values())};
    }
    void forward() const { norm.forward({src.data(), gamma.data(), beta.data(), dst.data(), statistics.data()}); }
    /// In place: diff becomes diff_src.
    void backward() const {
        norm.backward({src.data(), gamma.data(), statistics.data(), diff.data(), diff.data(), diff_gamma.data(),
                       diff_beta.data()},
                      workspace.data());
    }

    LayerNorm norm;
    Buffer src, gamma, beta, diff, dst, statistics, diff_gamma, diff_beta, workspace;
};

TEST(LayerNorm, MatchesTheReference) {
    for (const LayerNormShape& shape : {LayerNormShape{1, 1}, {1, 3}, {5, 64}, {700, 17}, {130, 192}, {3, 1280}}) {
        const Case c(shape);
        c.forward();
        exact::expect_near(c.dst, reference::layer_norm_forward(shape, c.input()), 5e-6, "dst");
        const auto expected = reference::layer_norm_backward(shape, c.input(), exact::as_double(c.diff.values()));
        c.backward();
        const double roundings = 1e-6 * std::sqrt(static_cast<double>(shape.rows));  // sums of terms of order 1
        exact::expect_near(c.diff, expected.src, 5e-5, "diff_src");                  // times 1 / deviation, up to 316
        exact::expect_near(c.diff_gamma, expected.gamma, 3 * roundings, "diff_gamma");
        exact::expect_near(c.diff_beta, expected.beta, roundings, "diff_beta");
        EXPECT_TRUE(c.workspace.intact() && c.statistics.intact());
    }
}

TEST(LayerNorm, ALargeMeanCostsNoPrecision) {
    const Case c({.rows = 1, .width = 4});
    const float row[] = {10001, 10003, 10001, 10003};  // mean 10002, variance 1
    std::copy_n(row, 4, c.src.data());
    c.forward();
    exact::expect_near(c.dst, reference::layer_norm_forward(c.norm.shape(), c.input()), 1e-6, "dst");
}

TEST(LayerNorm, WorksInPlaceAndWithoutStatistics) {
    const Case c({.rows = 9, .width = 21});
    c.forward();
    c.norm.forward({c.src.data(), c.gamma.data(), c.beta.data(), c.src.data(), nullptr});
    EXPECT_EQ(c.src.values(), c.dst.values());
}

TEST(LayerNorm, GivesTheSameBitsForAnyNumberOfThreads) {
    expect_same_bits_for_any_threads(
        [] {
            const Case c({.rows = 1000, .width = 60});
            c.forward();
            c.backward();
            std::vector<float> all = c.dst.values();
            for (const Buffer* more : {&c.diff, &c.diff_gamma, &c.diff_beta})
                all.insert(all.end(), more->data(), more->data() + more->size());
            return all;
        },
        "layer_norm");
}

TEST(LayerNorm, ImpossibleSizesAreRefused) {
    EXPECT_THROW(LayerNorm({.rows = 0, .width = 3}), ShapeError);
    EXPECT_THROW(LayerNorm({.rows = 3, .width = 0}), ShapeError);
}

}  // namespace
}  // namespace hpnas::kernel
