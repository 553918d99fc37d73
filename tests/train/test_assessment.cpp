#include <gtest/gtest.h>

#include <cmath>
#include <memory>

#include "hpnas/kernel/engine.hpp"
#include "hpnas/tensor/arena.hpp"
#include "hpnas/train/assessment.hpp"
#include "hpnas/train/image_classification.hpp"
#include "train/toy_networks.hpp"

namespace hpnas {
namespace {

/// Seven 2 x 2 images of one colour each, labels 0 1 2 0 1 2 0.
std::shared_ptr<const ImageSet> colours() {
    auto set = std::make_shared<ImageSet>();
    set->shape = Shape{2, 2, 3};
    set->classes = {"red", "green", "blue"};
    const std::uint8_t colour[7][3] = {{9, 1, 2}, {3, 8, 0}, {7, 2, 5}, {4, 4, 1}, {1, 2, 3}, {0, 1, 9}, {5, 6, 2}};
    for (int i = 0; i < 7; ++i) {
        set->labels.push_back(i % 3);
        for (int pixel = 0; pixel < 4; ++pixel) set->pixels.insert(set->pixels.end(), colour[i], colour[i] + 3);
    }
    return set;
}

/// Global average pool, then a linear layer "fc" with three outputs.
Network pool_network() {
    NetworkBuilder builder;
    LinearAttributes fc;
    fc.out = 3;
    NodeId x = builder.input("input", Shape{2, 2, 3});
    x = builder.add("pool", make_global_average_pool(), x);
    x = builder.add("fc", make_linear(fc), x);
    return std::move(builder).finish({x});
}

class AssessmentTest : public ::testing::Test {
protected:
    AssessmentTest() : network_(pool_network()), parameters_(network_), images_(whole(colours())) {
        test::set(parameters_, "fc.weight", {1, 0, 0, 0, 1, 0, 0, 0, 1});
        test::set(parameters_, "fc.bias", {0, 0, 0});
    }
    std::optional<std::vector<double>> run(std::int64_t batch, const std::function<bool()>& poll = {},
                                           const TrainingRanks& ranks = {}) {
        const ImageClassification task({images_, images_, {}, identity_}, TrainingOptions{});
        return assess(task, network_, parameters_, {engine_, arena_}, {DataSplit::validation, batch, ranks, poll});
    }

    kernel::Engine engine_;
    Arena arena_;
    Network network_;
    Parameters parameters_;
    ImageSubset images_;
    Normalization identity_{{0, 0, 0}, {1, 1, 1}};
};

// The logits are the colours. Largest: red, green, red, red and green (the lower index ranks first), blue, blue, green;
// labels red, green, blue, red, green, blue, red: right are images 0, 1, 3, 5, so 4 of 7. Loss: log sum exp - own, in
// double.
TEST_F(AssessmentTest, CountsEveryImageOnceForAnyBatch) {
    double loss = 0;
    for (std::int64_t i = 0; i < 7; ++i) {
        const std::uint8_t* c = images_.image(i);
        loss += (std::log(std::exp(c[0]) + std::exp(c[1]) + std::exp(c[2])) - c[i % 3]) / 7;
    }
    for (const std::int64_t batch : {1, 2, 3, 7, 8}) {
        const auto found = run(batch);
        ASSERT_TRUE(found.has_value());
        EXPECT_NEAR((*found)[0], loss, 2e-6) << batch;  // float32 values up to 9: 9 eps is 1e-6
        EXPECT_DOUBLE_EQ((*found)[1], 400.0 / 7);
        EXPECT_DOUBLE_EQ((*found)[2], 100.0);  // three classes
    }
}

// Rank 1 of 2 takes the odd batches; what rank 0 found is put in where ranks add.
TEST_F(AssessmentTest, RanksShareTheBatchesWithTheSameResult) {
    std::vector<double> of_rank_0;
    TrainingRanks ranks{.rank = 0, .count = 2};
    ranks.add = [&](std::span<double> notes) { of_rank_0.assign(notes.begin(), notes.end()); };
    run(2, {}, ranks);
    ranks.rank = 1;
    ranks.add = [&](std::span<double> notes) {
        for (std::size_t i = 0; i < notes.size(); ++i) {
            EXPECT_TRUE(notes[i] == 0 || of_rank_0[i] == 0) << i;
            notes[i] += of_rank_0[i];
        }
    };
    EXPECT_EQ(run(2, {}, ranks), run(2));
}

TEST_F(AssessmentTest, PollAbandons) {
    int calls = 0;
    EXPECT_FALSE(run(2, [&] { return ++calls < 3; }).has_value());
    EXPECT_EQ(calls, 3);
}

}  // namespace
}  // namespace hpnas
