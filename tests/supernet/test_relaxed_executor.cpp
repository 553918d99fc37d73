#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "hpnas/supernet/relaxed_executor.hpp"
#include "supernet/supernet_example.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;
using Vector = std::vector<double>;

constexpr std::int64_t batch = 3;

class RelaxedPasses : public ::testing::Test {
protected:
    RelaxedPasses() : supernet_(make_supernet(*tiny_chain())), parameters_(supernet_.network) {
        scatter(parameters_);
        network_.emplace(supernet_, parameters_, Device{engine_, arena_}, batch, true);
        std::ranges::copy(noise(network_->images().size(), 8), network_->images().begin());
    }
    /// Gradient by the points of sum(wave * logits).
    Vector gradients(const Vector& points, double skip_below) {
        network_->set_points(points, skip_below);
        network_->executor().forward();
        const std::span<float> diff = network_->executor().output_gradient();
        std::ranges::copy(noise(diff.size(), 9), diff.begin());
        network_->executor().backward();
        Vector result(points.size(), 0.0);
        network_->add_point_gradients(result);
        return result;
    }
    Supernet supernet_;
    kernel::Engine engine_;
    Arena arena_;
    Parameters parameters_;
    std::optional<RelaxedExecutor> network_;
};

const Vector one_row{0.5, 0.125, 0.375, 0.03125, 0.71875, 0.25, 0.25, 0.75, 0};

TEST_F(RelaxedPasses, OneRowStandsForEqualRowsOfAllExamples) {
    Vector rows;
    for (int i = 0; i < batch; ++i) rows.insert(rows.end(), one_row.begin(), one_row.end());
    const Vector common = gradients(one_row, 0), each = gradients(rows, 0);
    for (std::size_t i = 0; i < common.size(); ++i)
        EXPECT_NEAR(common[i], each[i] + each[i + 9] + each[i + 18], 1e-12 * (1 + std::abs(common[i])));
}

TEST_F(RelaxedPasses, LightOptionsAreSkippedUnlessHeavySomewhere) {
    gradients(one_row, 0);
    EXPECT_DOUBLE_EQ(network_->share_skipped(), 1.0 / 9);  // the weight that is 0
    const Vector skipping = gradients(one_row, 0.05);
    EXPECT_DOUBLE_EQ(network_->share_skipped(), 2.0 / 9);
    EXPECT_EQ(skipping[3], 0);
    Vector as_zero = one_row, rows;
    as_zero[3] = 0;
    EXPECT_EQ(gradients(as_zero, 0), skipping);
    for (int i = 0; i < batch; ++i) rows.insert(rows.end(), one_row.begin(), one_row.end());
    rows[9 + 3] = 0.5;
    gradients(rows, 0.05);
    EXPECT_DOUBLE_EQ(network_->share_skipped(), 1.0 / 9);
    gradients(one_row, 1);  // the heaviest of every mixture stays
    EXPECT_DOUBLE_EQ(network_->share_skipped(), 6.0 / 9);
}

TEST_F(RelaxedPasses, OtherNumbersOfRowsAreRefused) {
    EXPECT_THROW(network_->set_points(Vector(18), 0), InternalError);
    EXPECT_THROW(network_->set_points(Vector(10), 0), InternalError);
}

}  // namespace
}  // namespace hpnas
