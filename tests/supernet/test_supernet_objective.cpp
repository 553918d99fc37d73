#include <gtest/gtest.h>

#include <cmath>

#include "hpnas/supernet/supernet_objective.hpp"
#include "supernet/supernet_example.hpp"
#include "train/reference_network.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;
using Vector = std::vector<double>;

constexpr std::int64_t batch = 4;

/// An objective on two mini-batches of noise.
struct Judged {
    explicit Judged(const SearchSpace& space, SupernetLossOptions options)
        : supernet(make_supernet(space)), parameters(supernet.network) {
        scatter(parameters);
        objective.emplace(supernet, parameters, Device{engine, arena}, batch, 3, std::move(options));
        fill(objective->train(), 1);
        fill(objective->validation(), 2);
        objective->set_step(7, 1);
    }
    void fill(SupernetObjective::Batch& data, std::uint64_t id) const {
        std::ranges::copy(noise(data.images.size(), id), data.images.begin());
        const std::vector<std::int64_t> labels{0, 2, 1, static_cast<std::int64_t>(id % 3)}, samples{4, 5, 6, 7};
        objective->set_labels(data, {samples, labels, {}, {}, batch});
    }
    std::size_t total() const { return supernet.groups.total(); }
    /// Points in the simplices, different per row.
    Vector points(std::size_t rows) const {
        Vector result;
        for (std::size_t row = 0; row < rows; ++row)
            for (std::size_t g = 0; g < supernet.groups.count(); ++g) {
                const std::size_t size = supernet.groups.size(g), heavy = (g + row) % size;
                for (std::size_t i = 0; i < size; ++i)
                    result.push_back(i == heavy ? 0.7 : 0.3 / static_cast<double>(size - 1));
            }
        return result;
    }
    Supernet supernet;
    kernel::Engine engine;
    Arena arena;
    Parameters parameters;
    std::optional<SupernetObjective> objective;
};

/// One batch through the whole supernet in double precision.
struct DoublePass {
    DoublePass(const Judged& j, const SupernetObjective::Batch& data, const Vector& points)
        : judged(j), at(points), network(j.supernet.network, batch, ExecutionMode::training, {7, 1, data.samples}) {
        const ChoiceGroups& groups = j.supernet.groups;
        std::vector<Vector> inputs{{data.images.begin(), data.images.end()}};
        for (const Mixture& mixture : j.supernet.mixtures) {
            inputs.emplace_back();
            for (std::size_t i = 0; i < batch; ++i) {
                Vector weights(mixture.branches.size());
                mixture_weights(groups, mixture, row(i), weights);
                inputs.back().insert(inputs.back().end(), weights.begin(), weights.end());
            }
        }
        network.forward(j.parameters, inputs);
        for (std::size_t i = 0; i < batch; ++i) {
            double sum = 0, loss = 0;
            for (std::size_t c = 0; c < 3; ++c) sum += std::exp(network.output()[3 * i + c]);
            for (std::size_t c = 0; c < 3; ++c) {
                const double p = std::exp(network.output()[3 * i + c]) / sum, target = data.targets[3 * i + c];
                loss -= target * std::log(p);
                diff.push_back(p - target);
            }
            losses.push_back(loss);
        }
    }
    std::span<const double> row(std::size_t example) const {
        return std::span(at).subspan(at.size() > judged.total() ? example * judged.total() : 0, judged.total());
    }
    void add_gradient(const Vector& slopes, Vector& gradient) {
        for (std::size_t i = 0; i < diff.size(); ++i) diff[i] *= slopes[i / 3];
        network.backward(diff);
        for (const Mixture& mixture : judged.supernet.mixtures) {
            const Vector& all = network.gradient(judged.supernet.network.inputs()[mixture.input]);
            const std::size_t n = mixture.branches.size();
            for (std::size_t i = 0; i < batch; ++i) {
                const auto at_row = static_cast<std::size_t>(row(i).data() - at.data());
                add_mixture_gradient(judged.supernet.groups, mixture, row(i), std::span(all).subspan(i * n, n),
                                     std::span(gradient).subspan(at_row, judged.total()));
            }
        }
    }
    const Judged& judged;
    const Vector& at;
    ReferenceNetwork network;
    Vector losses, diff;
};

SupernetLossOptions plain() { return {.gap = {.lambda = 0}, .duplicate_weight = 0}; }

// float32 through up to a hundred layers, whose norms see as few as 16 values: 1e-3 of the largest slope.
TEST(SupernetObjective, LossesAndGradientsMatchTheDoubleReference) {
    for (const bool cells : {false, true})
        for (const std::size_t rows : {std::size_t{1}, static_cast<std::size_t>(batch)}) {
            Judged judged(cells ? *tiny_cells() : *tiny_chain(), {.gap = {.lambda = 0.5}, .duplicate_weight = 0});
            const Vector at = judged.points(rows);
            DoublePass train(judged, judged.objective->train(), at), val(judged, judged.objective->validation(), at);
            const GapLoss gap = generalisation_gap(train.losses, val.losses, {.lambda = 0.5});
            const double share = rows == 1 ? 1.0 / batch : 1.0;
            const auto scaled = [share](Vector slopes) {
                for (double& slope : slopes) slope *= share;
                return slopes;
            };
            Vector expected(at.size(), 0.0), losses(rows), gradients(at.size());
            train.add_gradient(scaled(gap.train_slopes), expected);
            val.add_gradient(scaled(gap.val_slopes), expected);
            judged.objective->value_and_grad(at, losses, gradients);
            double largest = 0, sum = 0, expected_sum = 0;
            for (const double x : expected) largest = std::max(largest, std::abs(x));
            for (std::size_t i = 0; i < at.size(); ++i)
                ASSERT_NEAR(gradients[i], expected[i], 1e-3 * largest) << (cells ? "cells, " : "chain, ") << rows;
            for (const double loss : losses) sum += loss;
            for (const double loss : gap.losses) expected_sum += share * loss;
            EXPECT_NEAR(sum, expected_sum, 1e-4);
        }
}

TEST(SupernetObjective, VerticesHaveTheDiscreteLosses) {
    for (const bool cells : {false, true}) {
        Judged judged(cells ? *tiny_cells() : *tiny_chain(), {});
        const ChoiceGroups& groups = judged.supernet.groups;
        std::vector<std::int16_t> choices;
        Vector points(batch * judged.total()), discrete(batch), relaxed(batch), unused(points.size());
        for (std::size_t row = 0; row < static_cast<std::size_t>(batch); ++row) {
            for (std::size_t g = 0; g < groups.count(); ++g)
                choices.push_back(static_cast<std::int16_t>((g * 7 + row) % groups.size(g)));
            one_hot(groups, std::span(choices).last(groups.count()),
                    std::span(points).subspan(row * judged.total(), judged.total()));
        }
        judged.objective->value(choices, discrete);
        judged.objective->value_and_grad(points, relaxed, unused);
        EXPECT_EQ(discrete, relaxed);
        EXPECT_EQ(judged.objective->discrete().train, judged.objective->relaxed().train);
    }
}

TEST(SupernetObjective, TermsAddUp) {
    const auto space = tiny_cells();
    Judged train(*space, plain()), val(*space, [] {
        SupernetLossOptions options = plain();
        options.images = "validation";
        return options;
    }());
    Judged gap(*space, {.gap = {.lambda = 0.5, .form = "mean"}, .duplicate_weight = 0});
    Judged penalised(*space, {.gap = {.lambda = 0}, .duplicate_weight = 0.2});
    const Encoding same(train.supernet.groups.count(), 1);  // all eight nodes have the same branch twice
    const auto loss = [&](Judged& judged) {
        double result = 0;
        judged.objective->value(same, std::span(&result, 1));
        return result;
    };
    const double on_train = loss(train), on_val = loss(val);
    EXPECT_NE(on_train, on_val);
    EXPECT_NEAR(loss(gap), on_train + 0.5 * std::abs(on_val - on_train), 1e-12);
    EXPECT_NEAR(loss(penalised), on_train + 0.2 * 8, 1e-12);
    EXPECT_FALSE(train.objective->needs_validation());
    EXPECT_TRUE(val.objective->needs_validation());
}

TEST(SupernetObjective, WeightsAreTrainedOnTheTrainLossAlone) {
    Judged judged(*tiny_cells(), {.gap = {.lambda = 0.5}});
    const Vector at = judged.points(1);
    Vector losses(1), unused(at.size());
    judged.objective->value_and_grad(at, losses, unused);  // leaves weight gradients off
    const double loss = judged.objective->weight_gradient(at);
    EXPECT_EQ(loss, judged.objective->relaxed().train);
    const std::vector<float> gradients(judged.objective->executor().gradients().begin(),
                                       judged.objective->executor().gradients().end());
    double square = 0;
    for (const float g : gradients) square += static_cast<double>(g) * static_cast<double>(g);
    ASSERT_GT(square, 0);
    // A step along the gradient changes the loss by its square. float32, and curvature.
    const std::vector<float> before(judged.parameters.trainable().begin(), judged.parameters.trainable().end());
    const double h = 1e-3 / std::sqrt(square);
    double sides[2];
    for (int side = 0; side < 2; ++side) {
        for (std::size_t i = 0; i < before.size(); ++i)
            judged.parameters.trainable()[i] = before[i] + static_cast<float>(side == 0 ? h : -h) * gradients[i];
        sides[side] = judged.objective->weight_gradient(at);
    }
    EXPECT_NEAR((sides[0] - sides[1]) / (2 * h) / square, 1.0, 0.03);
}

}  // namespace
}  // namespace hpnas
