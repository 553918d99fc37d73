#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <map>
#include <new>

#include "../../benchmarks/networks.hpp"
#include "hpnas/core/error.hpp"
#include "hpnas/kernel/engine.hpp"
#include "hpnas/tensor/arena.hpp"
#include "hpnas/train/deploy.hpp"
#include "hpnas/train/executor.hpp"
#include "train/random_network.hpp"
#include "train/reference_network.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;

constexpr std::int64_t batch = 3;
const std::vector<std::int64_t> samples{41, 7, 1000};
const StepContext step{.seed = 9, .step = 2, .samples = samples};

/// |got - expected| <= tolerance * largest |expected|. The networks are about 20 layers deep and their batch norms see
/// as few as 3 * 3 * 2 values, so float32 rounding grows to some 1e-5 of the largest value.
template <class Got>
void expect_close(const Got& got, const std::vector<double>& expected, double tolerance, const std::string& what) {
    ASSERT_EQ(got.size(), expected.size()) << what;
    double largest = 1e-2;  // a bias before a batch norm has gradient 0 up to rounding
    for (const double x : expected) largest = std::max(largest, std::abs(x));
    for (std::size_t i = 0; i < got.size(); ++i) {
        ASSERT_NEAR(static_cast<double>(got[i]), expected[i], tolerance * largest) << what << " at " << i;
    }
}

/// Everything that one step gives.
struct StepResult {
    std::vector<float> output, gradients, input_gradient, parameters;
    friend bool operator==(const StepResult&, const StepResult&) = default;
};

void fill(std::span<float> to, const std::vector<double>& from) {
    std::transform(from.begin(), from.end(), to.begin(), [](double x) { return static_cast<float>(x); });
}

StepResult run_step(Executor& executor, const Parameters& parameters) {
    fill(executor.input(), random_values(executor.input().size(), 1));
    executor.forward(step);
    const std::vector<float> output(executor.output().begin(), executor.output().end());
    fill(executor.output_gradient(), random_values(output.size(), 2));
    executor.backward(step);
    const auto copy = [](auto span) { return std::vector<float>(span.begin(), span.end()); };
    return {output, copy(executor.gradients()), copy(executor.input_gradient()), copy(parameters.all())};
}

class ExecutorOnRandomNetwork : public ::testing::TestWithParam<int> {
protected:
    kernel::Engine engine;
    Arena arena;
    Network network = random_network(static_cast<std::uint64_t>(GetParam()));
    Parameters parameters = random_parameters(network, 3);

    void expect_reference(ExecutionMode mode) {
        const Parameters start = parameters;
        Executor executor(network, parameters, {engine, arena}, {batch, mode, true});
        const StepResult result = run_step(executor, parameters);
        ReferenceNetwork reference(network, batch, mode, step);
        reference.forward(start, {random_values(executor.input().size(), 1)});
        reference.backward(random_values(result.output.size(), 2));
        expect_close(result.output, reference.output(), 1e-4, "output");
        expect_close(result.input_gradient, reference.gradient(0), 1e-3, "input gradient");
        for (const Parameters::Entry& entry : parameters.entries()) {
            if (!entry.spec.trainable()) continue;
            const auto n = static_cast<std::size_t>(entry.spec.shape.count());
            const auto got = std::span(result.gradients).subspan(entry.offset, n);
            const auto& all = reference.at(entry.node).diff_parameters;
            const bool reached = !all.empty();
            expect_close(got, reached ? all[static_cast<std::size_t>(entry.index)] : std::vector<double>(n, 0), 1e-3,
                         entry.name);
        }
    }
};

TEST_P(ExecutorOnRandomNetwork, TrainingStepMatchesTheReference) { expect_reference(ExecutionMode::training); }

TEST_P(ExecutorOnRandomNetwork, EvaluationStepMatchesTheReference) { expect_reference(ExecutionMode::evaluation); }

TEST_P(ExecutorOnRandomNetwork, DeployedInferenceEqualsEvaluation) {
    Deployed deployed = deploy(network, parameters);
    Executor inference(deployed.network, deployed.parameters, {engine, arena}, {batch, ExecutionMode::inference});
    Executor plain(network, parameters, {engine, arena}, {batch, ExecutionMode::inference});
    Executor evaluation(network, parameters, {engine, arena}, {batch, ExecutionMode::evaluation});
    for (Executor* executor : {&inference, &plain, &evaluation}) {
        fill(executor->input(), random_values(executor->input().size(), 1));
        executor->forward();
    }
    const std::vector<double> expected(evaluation.output().begin(), evaluation.output().end());
    expect_close(inference.output(), expected, 1e-4, "deployed");
    expect_close(plain.output(), expected, 1e-4, "not deployed");
    EXPECT_LE(inference.memory_bytes(), evaluation.memory_bytes());
}

TEST_P(ExecutorOnRandomNetwork, WhatTheMemoryHeldBeforeDoesNotMatter) {
    const Parameters start = parameters;
    const Executor::Options options{batch, ExecutionMode::training, true};
    StepResult fresh;
    std::size_t bytes = 0;
    {
        Executor executor(network, parameters, {engine, arena}, options);
        fresh = run_step(executor, parameters);
        bytes = executor.memory_bytes();
    }
    std::byte* region = arena.acquire(bytes);
    std::memset(region, 0xff, bytes);  // every float a NaN
    arena.give_back(region);
    parameters = start;
    Executor executor(network, parameters, {engine, arena}, options);
    EXPECT_EQ(run_step(executor, parameters), fresh);
    parameters = start;
    EXPECT_EQ(run_step(executor, parameters), fresh) << "second step of one executor";
}

/// What observers saw, by node.
struct Seen {
    std::vector<NodeId> order;
    std::map<NodeId, std::vector<float>> dst, diff_dst;
};

Executor::Observer recorder(Seen& seen) {
    return [&seen](const Executor::NodeView& view) {
        seen.order.push_back(view.id);
        seen.dst[view.id].assign(view.dst.begin(), view.dst.end());
        seen.diff_dst[view.id].assign(view.diff_dst.begin(), view.diff_dst.end());
    };
}

TEST_P(ExecutorOnRandomNetwork, ObserversSeeEveryValueAndGradientOfTheReference) {
    for (const auto mode : {ExecutionMode::training, ExecutionMode::evaluation}) {
        const Parameters start = random_parameters(network, 3);
        parameters = start;
        Executor executor(network, parameters, {engine, arena},
                          {.batch = batch, .mode = mode, .input_gradients = true, .observable = true});
        fill(executor.input(), random_values(executor.input().size(), 1));
        Seen forward, backward, again;
        executor.forward(step, recorder(forward));
        fill(executor.output_gradient(), random_values(executor.output().size(), 2));
        executor.backward(step, recorder(backward));
        executor.revisit(recorder(again));
        EXPECT_EQ(again.dst, forward.dst) << "values stay, also after a backward pass";
        ReferenceNetwork reference(network, batch, mode, step);
        reference.forward(start, {random_values(executor.input().size(), 1)});
        reference.backward(random_values(executor.output().size(), 2));
        EXPECT_TRUE(std::ranges::is_sorted(forward.order));
        EXPECT_TRUE(std::ranges::is_sorted(backward.order, std::greater<>()));
        for (const NodeId id : forward.order) {
            expect_close(forward.dst[id], reference.at(id).dst, 1e-4, "value of " + network.node(id).name);
            EXPECT_TRUE(forward.diff_dst[id].empty());
        }
        for (const NodeId id : backward.order) {
            EXPECT_EQ(backward.dst[id], forward.dst[id]);
            expect_close(backward.diff_dst[id], reference.gradient(id), 1e-3, "gradient of " + network.node(id).name);
        }
    }
}

TEST_P(ExecutorOnRandomNetwork, ObservableStepsEqualFusedOnesAndBackwardMayBeRepeated) {
    const Parameters start = parameters;
    Executor fused(network, parameters, {engine, arena}, {batch, ExecutionMode::training, true});
    const StepResult expected = run_step(fused, parameters);
    parameters = start;
    Executor executor(network, parameters, {engine, arena},
                      {.batch = batch, .input_gradients = true, .observable = true});
    const StepResult first = run_step(executor, parameters);
    const auto doubles = [](const std::vector<float>& x) { return std::vector<double>(x.begin(), x.end()); };
    expect_close(first.output, doubles(expected.output), 1e-4, "output");
    expect_close(first.gradients, doubles(expected.gradients), 1e-3, "gradients");
    fill(executor.output_gradient(), random_values(first.output.size(), 5));
    executor.backward(step);
    fill(executor.output_gradient(), random_values(first.output.size(), 2));
    executor.backward(step);
    EXPECT_TRUE(std::ranges::equal(executor.gradients(), first.gradients));
    EXPECT_TRUE(std::ranges::equal(executor.input_gradient(), first.input_gradient));
}

TEST_P(ExecutorOnRandomNetwork, ForwardOnlyExecutorsGiveTheSameValuesInLessMemory) {
    const Parameters start = parameters;
    Executor executor(network, parameters, {engine, arena}, {.batch = batch});
    const StepResult expected = run_step(executor, parameters);
    parameters = start;
    for (const bool observable : {false, true}) {
        Executor forward_only(network, parameters, {engine, arena},
                              {.batch = batch, .gradients = false, .observable = observable});
        fill(forward_only.input(), random_values(forward_only.input().size(), 1));
        forward_only.forward(step);
        expect_close(forward_only.output(), {expected.output.begin(), expected.output.end()}, 1e-4, "output");
        EXPECT_LT(forward_only.memory_bytes(), executor.memory_bytes());
        EXPECT_TRUE(forward_only.gradients().empty());
        parameters = start;
    }
}

TEST_P(ExecutorOnRandomNetwork, LayersLeaveOutTheirGradientsOnDemand) {
    Executor with(network, parameters, {engine, arena}, {batch, ExecutionMode::evaluation, true});
    Executor without(
        network, parameters, {engine, arena},
        {.batch = batch, .mode = ExecutionMode::evaluation, .input_gradients = true, .weight_gradients = false});
    const StepResult a = run_step(with, parameters), b = run_step(without, parameters);
    EXPECT_EQ(a.input_gradient, b.input_gradient);
    for (const Parameters::Entry& entry : parameters.entries()) {
        if (!entry.spec.trainable()) continue;
        const std::string_view type = network.node(entry.node).op->type();
        const bool layer = type == "conv2d" || type == "linear";
        const auto n = static_cast<std::size_t>(entry.spec.shape.count());
        const auto got = std::span(b.gradients).subspan(entry.offset, n);
        const std::vector<float> zeros(n, 0);
        const auto expected = layer ? std::span(zeros) : std::span(a.gradients).subspan(entry.offset, n);
        EXPECT_TRUE(std::ranges::equal(got, expected)) << entry.name;
    }
}

INSTANTIATE_TEST_SUITE_P(Networks, ExecutorOnRandomNetwork, ::testing::Range(0, 24));

TEST(Executor, WhatAnObserverWritesIsTheGradientThatFlowsOn) {
    kernel::Engine engine;
    Arena arena;
    const Network network = random_network(3);
    Parameters parameters = random_parameters(network, 3);
    Executor executor(network, parameters, {engine, arena},
                      {.batch = batch, .mode = ExecutionMode::evaluation, .input_gradients = true, .observable = true});
    fill(executor.input(), random_values(executor.input().size(), 1));
    executor.forward(step);
    fill(executor.output_gradient(), random_values(executor.output().size(), 2));
    executor.backward(step, [&](const Executor::NodeView& view) {
        if (view.id == network.outputs()[0]) std::ranges::fill(view.diff_dst, 0.0F);
    });
    EXPECT_TRUE(std::ranges::all_of(executor.input_gradient(), [](float x) { return x == 0; }));
}

TEST(Executor, OnlyObservableExecutorsTakeObservers) {
    kernel::Engine engine;
    Arena arena;
    const Network network = random_network(3);
    Parameters parameters(network);
    const Executor::Observer nothing = [](const Executor::NodeView&) {};
    Executor plain(network, parameters, {engine, arena}, {.batch = batch});
    EXPECT_THROW(plain.forward({}, nothing), InternalError);
    EXPECT_THROW(plain.backward({}, nothing), InternalError);
    EXPECT_THROW(plain.revisit(nothing), InternalError);
    Executor forward_only(network, parameters, {engine, arena},
                          {.batch = batch, .gradients = false, .observable = true});
    EXPECT_THROW(forward_only.backward(), InternalError);
    EXPECT_THROW(forward_only.revisit(nothing), InternalError) << "its values share memory";
}

TEST(Executor, RunningStatisticsMoveInTrainingOnly) {
    kernel::Engine engine;
    Arena arena;
    const Network network = random_network(1);
    Parameters parameters = random_parameters(network, 3);
    const Parameters start = parameters;
    Executor evaluation(network, parameters, {engine, arena}, {batch, ExecutionMode::evaluation});
    run_step(evaluation, parameters);
    EXPECT_TRUE(std::ranges::equal(parameters.all(), start.all()));
    Executor training(network, parameters, {engine, arena}, {batch, ExecutionMode::training});
    run_step(training, parameters);
    EXPECT_TRUE(std::ranges::equal(parameters.trainable(), start.trainable()));
    EXPECT_FALSE(std::ranges::equal(parameters.all(), start.all()));
}

TEST(Executor, ANetworkThatDoesNotFitThrowsAndASmallerOneStillWorks) {
    kernel::Engine engine;
    const Network network = random_network(2);
    Parameters parameters = random_parameters(network, 3);
    std::size_t needed = 0;
    StepResult expected;
    {
        Arena large;
        Executor executor(network, parameters, {engine, large}, {batch, ExecutionMode::evaluation});
        expected = run_step(executor, parameters);
        needed = executor.memory_bytes();
    }
    Arena arena(needed);
    const Device device{engine, arena};
    EXPECT_THROW(Executor(network, parameters, device, {100 * batch, ExecutionMode::evaluation}), std::bad_alloc);
    Executor executor(network, parameters, device, {batch, ExecutionMode::evaluation});
    EXPECT_EQ(run_step(executor, parameters), expected);
}

TEST(Executor, TrainingAndValidationAlternateOnOneArena) {
    kernel::Engine engine;
    Arena arena, other_arena;
    const Network network = random_network(4);
    Parameters parameters = random_parameters(network, 3);
    Parameters same = parameters;
    Executor alone(network, same, {engine, other_arena}, {batch, ExecutionMode::training});
    Executor training(network, parameters, {engine, arena}, {batch, ExecutionMode::training});
    for (int epoch = 0; epoch < 3; ++epoch) {
        EXPECT_EQ(run_step(training, parameters), run_step(alone, same));
        Executor validation(network, parameters, {engine, arena}, {2 * batch, ExecutionMode::inference});
        validation.forward();
    }
}

TEST(Executor, RepackReadsTheParametersAgain) {
    kernel::Engine engine;
    Arena arena;
    const Network network = random_network(5);
    Parameters parameters = random_parameters(network, 3);
    Executor inference(network, parameters, {engine, arena}, {1, ExecutionMode::inference});
    parameters.initialize(77);
    inference.repack();
    Executor fresh(network, parameters, {engine, arena}, {1, ExecutionMode::inference});
    for (Executor* executor : {&inference, &fresh}) {
        fill(executor->input(), random_values(executor->input().size(), 1));
        executor->forward();
    }
    EXPECT_TRUE(std::ranges::equal(inference.output(), fresh.output()));
}

TEST(Executor, MisuseIsAnError) {
    kernel::Engine engine;
    Arena arena;
    const Device device{engine, arena};
    const Network network = random_network(6);
    Parameters parameters(network);
    Executor inference(network, parameters, device, {1, ExecutionMode::inference});
    EXPECT_THROW(inference.backward(), InternalError);
    EXPECT_TRUE(inference.gradients().empty());
    EXPECT_TRUE(inference.output_gradient().empty());
    EXPECT_THROW(Executor(network, parameters, device, {0, ExecutionMode::training}), ShapeError);
    Parameters other(random_network(7));
    EXPECT_THROW(Executor(network, other, device, {1, ExecutionMode::training}), InternalError);
}

TEST(Executor, WithoutInputGradientsThereAreNone) {
    kernel::Engine engine;
    Arena arena;
    const Network network = random_network(8);
    Parameters parameters = random_parameters(network, 3);
    Executor with(network, parameters, {engine, arena}, {batch, ExecutionMode::evaluation, true});
    Executor without(network, parameters, {engine, arena}, {batch, ExecutionMode::evaluation, false});
    const StepResult a = run_step(with, parameters), b = run_step(without, parameters);
    EXPECT_FALSE(a.input_gradient.empty());
    EXPECT_TRUE(b.input_gradient.empty());
    EXPECT_EQ(a.gradients, b.gradients);
}

TEST(Executor, ProfileReportsEveryNodeAndLeavesTheParametersAlone) {
    kernel::Engine engine;
    Arena arena;
    const Network network = random_network(9);
    Parameters parameters = random_parameters(network, 3);
    const Parameters start = parameters;
    Executor executor(network, parameters, {engine, arena}, {batch, ExecutionMode::training});
    const std::vector<Executor::NodeReport> report = executor.profile(3);
    EXPECT_TRUE(std::ranges::equal(parameters.all(), start.all()));
    std::int64_t macs = 0;
    for (const Executor::NodeReport& row : report) {
        EXPECT_GT(row.forward_best_ms, 0);
        EXPECT_GE(row.forward_ms, row.forward_best_ms);
        EXPECT_GE(row.backward_ms, row.backward_best_ms);
        EXPECT_FALSE(row.implementation.empty()) << row.name;
        macs += row.macs;
    }
    EXPECT_EQ(macs, batch * network.cost().macs);
    EXPECT_EQ(report.back().name, "fc");
    // The last layer reads `batch` vectors and writes as many.
    const NodeId last = network.outputs()[0];
    const std::int64_t floats = network.input_shapes(last)[0].count() + network.node(last).shape.count();
    EXPECT_EQ(report.back().bytes, batch * floats * 4);
}

void expect_no_slow_path(const Network& network, std::int64_t n, ExecutionMode mode) {
    kernel::Engine engine;
    Arena arena;
    Parameters parameters(network);
    Executor executor(network, parameters, {engine, arena}, {n, mode});
    for (const Executor::NodeReport& row : executor.profile(0)) {
        EXPECT_EQ(row.implementation.find("ref"), std::string::npos) << row.name << ": " << row.implementation;
        // Without AVX-512 oneDNN has nothing faster for linear layers than its gemm.
        if (row.type == "linear" && kernel::Engine::isa() != "avx512") continue;
        EXPECT_EQ(row.implementation.find("gemm"), std::string::npos) << row.name << ": " << row.implementation;
    }
}

TEST(Executor, NoLayerOfTheBenchmarksFallsOnASlowPath) {
    for (const Network& network : {bench::resnet20(), bench::gpunet1(224), bench::mobilenet_v2()}) {
        expect_no_slow_path(network, 8, ExecutionMode::training);
        const Deployed deployed = deploy(network, Parameters(network));
        expect_no_slow_path(deployed.network, 1, ExecutionMode::inference);
    }
}

}  // namespace
}  // namespace hpnas
