#include <gtest/gtest.h>

#include "export/relative_positions.hpp"
#include "hpnas/core/rng.hpp"
#include "hpnas/kernel/attention.hpp"

namespace hpnas {
namespace {

/// Tokens and the distance that positions are clipped to: square grids, one with a last row that is not full, no grid.
class RelativePositionsTest : public testing::TestWithParam<std::pair<std::int64_t, std::int64_t>> {
protected:
    RelativePositionsTest() : p_(relative_positions(GetParam().first, GetParam().second)) {
        shape_.queries = shape_.keys = GetParam().first;
        shape_.max_distance = GetParam().second;
    }
    /// Rows of both tables for (i, j), by definition.
    std::pair<std::int64_t, std::int64_t> rows(std::int64_t i, std::int64_t j) const {
        const auto at = relative_position(shape_, i, j);
        return {at.vertical, shape_.table_rows() + at.horizontal};
    }
    kernel::AttentionShape shape_;
    RelativePositions p_;
};

TEST_P(RelativePositionsTest, KeysMeetTheirRows) {
    for (std::int64_t i = 0; i < p_.tokens; ++i)
        for (std::int64_t j = 0; j < p_.tokens; ++j) {
            std::vector<std::int64_t> met;
            for (std::int64_t g = 0; g < p_.classes; ++g)
                if (p_.members[static_cast<std::size_t>(g * p_.tokens + j)] == 1)
                    met.push_back(p_.key_index[static_cast<std::size_t>(i * p_.classes + g)] - i * p_.rows);
            EXPECT_EQ(met, (std::vector<std::int64_t>{rows(i, j).first, rows(i, j).second}));
        }
}

TEST_P(RelativePositionsTest, SumsOfProbabilitiesReachTheirRows) {
    Rng rng(1, Purpose::test);
    const std::int64_t columns = p_.classes + 2;
    for (std::int64_t i = 0; i < p_.tokens; ++i) {
        std::vector<double> expected(static_cast<std::size_t>(p_.rows), 0), sums(static_cast<std::size_t>(columns), 0);
        for (std::int64_t j = 0; j < p_.tokens; ++j) {
            const double probability = rng.uniform();
            expected[static_cast<std::size_t>(rows(i, j).first)] += probability;
            expected[static_cast<std::size_t>(rows(i, j).second)] += probability;
            for (std::int64_t c = 0; c < columns; ++c)
                sums[static_cast<std::size_t>(c)] +=
                    probability * static_cast<double>(p_.member_columns[static_cast<std::size_t>(j * columns + c)]);
        }
        for (std::int64_t row = 0; row < p_.rows; ++row) {
            double got = 0;
            for (std::int64_t k = 0; k < p_.terms; ++k) {
                const auto at = static_cast<std::size_t>((i * p_.rows + row) * p_.terms + k);
                got += sums[static_cast<std::size_t>(p_.value_index[at] - i * columns)];
            }
            EXPECT_NEAR(got, expected[static_cast<std::size_t>(row)], 1e-12);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Grids, RelativePositionsTest,
                         testing::Values(std::pair{17, 2}, std::pair{17, 14}, std::pair{29, 9}, std::pair{11, 1},
                                         std::pair{2, 1}, std::pair{1, 1}));

TEST(RelativePositions, WithoutClippingEverySumIsOneTerm) {
    EXPECT_EQ(relative_positions(197, 14).terms, 1);
    EXPECT_EQ(relative_positions(197, 14).classes, 30);  // 14 rows, 14 columns, twice the first token
}

}  // namespace
}  // namespace hpnas
