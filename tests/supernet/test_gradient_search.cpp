#include <gtest/gtest.h>

#include <barrier>
#include <cmath>
#include <thread>

#include "hpnas/core/error.hpp"
#include "hpnas/search/encoding.hpp"
#include "hpnas/supernet/black_box.hpp"
#include "hpnas/supernet/divergence.hpp"
#include "hpnas/supernet/gradient_search.hpp"
#include "supernet/supernet_example.hpp"
#include "train/bright_images.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;

/// A third of n bright images to validate with.
ImageTask bright_task(std::int64_t n) {
    SplitOptions options;
    options.validation_images = n / 3;
    Split split = stratified_split(test::bright_images(n), options);
    ImageTask task{std::move(split.train), std::move(split.validation), {}, {}};
    task.normalization = measure_normalization(task.train);
    return task;
}

GradientSearchOptions quick(const std::string& estimator) {
    GradientSearchOptions options;
    options.batch = 8;
    options.warmup_epochs = 1;
    options.epochs = 2;
    options.optimizer = parse_yaml("{name: adamw, learning_rate: 0.01}", "test");
    options.estimator = parse_yaml(estimator, "test");
    options.logits.learning_rate = options.logits.learning_rate_end = 0.05;
    options.augmentation.crop_padding = 1;
    return options;
}

/// A search on a machine of its own.
struct Searching {
    Searching(const SearchSpace& space, const GradientSearchOptions& options, SearchRanks ranks = {})
        : search(space, bright_task(72), Device{engine, arena}, options, 3, std::move(ranks)) {}
    kernel::Engine engine;
    Arena arena;
    GradientSearch search;
};

/// Every number of the state, to the bit.
std::vector<double> numbers(GradientSearch& search) {
    std::vector<double> all;
    for (const NamedTensor& tensor : search.state())
        std::visit([&](const auto& values) { all.insert(all.end(), values.begin(), values.end()); }, tensor.values);
    for (double& number : all)
        if (std::isnan(number)) number = -1e300;  // equal to itself
    return all;
}

// Twice the same run; one is saved and restored into a new search at a step of the warm-up, at its end, and within and
// between epochs of the search.
TEST(GradientSearch, ARestoredSearchTakesTheSameTrajectory) {
    const auto chain = tiny_chain(), cells = tiny_cells();
    for (const bool on_cells : {false, true}) {
        const SearchSpace& space = on_cells ? *cells : *chain;
        const GradientSearchOptions options = quick(
            on_cells ? "{name: unas, baseline: ema, fit_control_scale: true, per_example: true}" : "{name: unas}");
        auto straight = std::make_unique<Searching>(space, options);
        auto resumed = std::make_unique<Searching>(space, options);
        EXPECT_EQ(straight->search.steps_per_epoch(), 6);
        while (!straight->search.finished()) {
            const std::int64_t step = straight->search.step_count();
            if (step == 2 || step == 6 || step == 9 || step == 12) {
                const std::vector<NamedTensor> saved = resumed->search.state();
                resumed = std::make_unique<Searching>(space, options);
                resumed->search.step();  // leaves something behind
                resumed->search.restore(saved);
            }
            const StepReport a = straight->search.step(), b = resumed->search.step();
            ASSERT_EQ(a.weight_loss, b.weight_loss) << step;
            ASSERT_EQ(numbers(straight->search), numbers(resumed->search)) << step;
            ASSERT_EQ(straight->search.epoch_report().has_value(), step % 6 == 5);
            if (step % 6 == 5) {
                EXPECT_EQ(straight->search.epoch_report()->score_variance,
                          resumed->search.epoch_report()->score_variance);
            }
        }
        EXPECT_THROW(straight->search.step(), InternalError);
    }
}

TEST(GradientSearch, WarmUpTrainsWeightsAlone) {
    Searching s(*tiny_chain(), quick("{name: unas}"));
    const StepReport first = s.search.step();
    EXPECT_TRUE(first.warm_up);
    EXPECT_TRUE(std::isnan(first.loss.discrete));
    while (s.search.step_count() < 6) s.search.step();
    for (const double logit : s.search.architecture().logits()) EXPECT_EQ(logit, 0);
    EXPECT_TRUE(s.search.epoch_report()->mean.warm_up);
    const StepReport later = s.search.step();
    EXPECT_FALSE(later.warm_up);
    EXPECT_TRUE(std::isfinite(later.loss.discrete) && std::isfinite(later.loss.relaxed) &&
                std::isfinite(later.validation));
    EXPECT_NE(s.search.architecture().logits()[0], 0);
}

TEST(GradientSearch, EveryEstimatorRunsAndTheWeightsLearn) {
    const auto space = tiny_chain();
    for (const char* estimator : {"{name: unas}", "{name: snas, per_example: true}", "{name: reinforce, samples: 2}",
                                  "{name: gdas}", "{name: darts}"}) {
        GradientSearchOptions options = quick(estimator);
        options.epochs = 12;
        Searching s(*space, options);
        const double before = s.search.step().weight_loss;
        while (!s.search.finished()) s.search.step();
        EXPECT_LT(s.search.epoch_report()->mean.weight_loss, 0.8 * before) << estimator;
        EXPECT_EQ(s.search.derived(), s.search.epoch_report()->most_likely);
        EXPECT_NO_THROW(space->decode(s.search.derived()));
    }
}

// A term that costs 10 per layer that is not a pooling outweighs what the network can gain.
TEST(GradientSearch, FollowsFurtherTerms) {
    GradientSearchOptions options = quick("{name: unas}");
    options.warmup_epochs = 0;
    options.epochs = 6;
    options.logits.learning_rate = options.logits.learning_rate_end = 0.2;
    const auto space = tiny_chain();
    Searching s(*space, options);
    LinearCost cost{0, std::vector<double>(9, 10.0)};
    cost.coefficients[2] = cost.coefficients[5] = cost.coefficients[8] = 0;
    BlackBoxObjective term(
        s.search.supernet().groups,
        [](const Encoding& x) {
            return 10.0 * static_cast<double>(std::count_if(x.begin(), x.end(), [](int c) { return c != 2; }));
        },
        cost);
    s.search.add_term(term);
    while (!s.search.finished()) s.search.step();
    EXPECT_EQ(s.search.derived(), (Encoding{2, 2, 2}));
}

// The expected losses come from an objective of their own, batch by batch.
TEST(GradientSearch, ValidatesEncodingsUnderTheSharedWeights) {
    Searching s(*tiny_chain(), quick("{name: unas}"));
    while (!s.search.finished()) s.search.step();
    const std::vector<Encoding> encodings = all_encodings(tiny_chain()->decisions(), 27);
    const std::vector<double> losses = s.search.validation_losses(encodings);
    const ImageTask task = bright_task(72);
    Parameters shared = s.search.parameters();
    const GradientSearchOptions options = quick("{name: unas}");
    SupernetObjective objective(s.search.supernet(), shared, Device{s.engine, s.arena}, 8, 3, options.loss);
    BatchLoader loader(task.validation, task.normalization, {8, 8, 8, 3, options.augmentation});
    const auto loss = [&](const Encoding& x) {
        double sum = 0;
        for (std::int64_t i = 0; i < loader.n_batches(); ++i) {
            objective.set_labels(objective.validation(), loader.fill(0, i, objective.validation().images));
            sum += objective.validation_loss(x);
        }
        return sum / static_cast<double>(loader.n_batches());
    };
    for (std::size_t i = 0; i < encodings.size(); ++i)
        EXPECT_EQ(losses[i], loss(encodings[i])) << to_text(encodings[i]);
}

/// Means over threads that meet at a barrier.
class Meeting {
public:
    explicit Meeting(std::ptrdiff_t count) : count_(count), barrier_(count) {}
    template <class T>
    void average(std::span<T> values, std::int64_t rank) {
        if (rank == 0) sum_.assign(values.size(), 0.0);
        for (std::ptrdiff_t turn = 0; turn < count_; ++turn) {
            barrier_.arrive_and_wait();
            if (turn != rank) continue;
            for (std::size_t i = 0; i < values.size(); ++i) sum_[i] += static_cast<double>(values[i]);
        }
        barrier_.arrive_and_wait();
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = static_cast<T>(sum_[i] / static_cast<double>(count_));
        barrier_.arrive_and_wait();
    }

private:
    std::ptrdiff_t count_;
    std::barrier<> barrier_;
    std::vector<double> sum_;
};

TEST(GradientSearch, RanksKeepEqualWeightsAndLogits) {
    const auto space = tiny_chain();
    Meeting meeting(2);
    std::vector<std::vector<double>> logits(2), losses(2);
    std::vector<std::vector<float>> weights(2);
    const auto run = [&](std::int64_t rank) {
        Searching s(*space, quick("{name: unas, baseline: ema}"),
                    {rank, 2, [&, rank](std::span<float> v) { meeting.average(v, rank); },
                     [&, rank](std::span<double> v) { meeting.average(v, rank); }});
        const auto i = static_cast<std::size_t>(rank);
        while (!s.search.finished()) losses[i].push_back(s.search.step().weight_loss);
        logits[i].assign(s.search.architecture().logits().begin(), s.search.architecture().logits().end());
        weights[i].assign(s.search.parameters().trainable().begin(), s.search.parameters().trainable().end());
    };
    std::thread other(run, 1);
    run(0);
    other.join();
    EXPECT_EQ(losses[0].size(), 9U);  // half as many steps
    EXPECT_EQ(losses[0], losses[1]);
    EXPECT_EQ(logits[0], logits[1]);
    EXPECT_EQ(weights[0], weights[1]);
}

TEST(GradientSearch, StatesOfOtherSearchesAndSmallSplitsAreRefused) {
    Searching chain(*tiny_chain(), quick("{name: unas}")), cells(*tiny_cells(), quick("{name: unas}"));
    EXPECT_THROW(chain.search.restore(cells.search.state()), DataError);
    EXPECT_THROW(chain.search.restore({}), DataError);
    GradientSearchOptions large = quick("{name: unas}");
    large.batch = 25;  // more than the 24 validation images
    EXPECT_THROW(Searching(*tiny_chain(), large), DataError);
    large.batch = 16;
    EXPECT_THROW(Searching(*tiny_chain(), large, {0, 2, {}, {}}), DataError);
}

TEST(GradientSearch, DivergenceIsSaidByItsStep) {
    GradientSearchOptions options = quick("{name: unas}");
    options.optimizer = parse_yaml("{name: sgd, learning_rate: 1e6}", "test");
    options.clip_norm = 0;
    Searching s(*tiny_chain(), options);
    EXPECT_THROW(while (!s.search.finished()) s.search.step();, DivergenceError);
}

}  // namespace
}  // namespace hpnas
