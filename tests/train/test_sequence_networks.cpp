// Speech and text transformers of the spaces, executed and compared with plain double-precision loops.
#include <gtest/gtest.h>
#include <omp.h>

#include <algorithm>

#include "hpnas/kernel/engine.hpp"
#include "hpnas/op/embedding.hpp"
#include "hpnas/space/builtin.hpp"
#include "hpnas/tensor/arena.hpp"
#include "hpnas/train/deploy.hpp"
#include "hpnas/train/executor.hpp"
#include "train/reference_network.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;

constexpr std::int64_t batch = 3;
const std::vector<std::int64_t> samples{41, 7, 1000};
const StepContext step{.seed = 9, .step = 2, .samples = samples};

struct Case {
    std::string label, space, arch;
};

void PrintTo(const Case& test, std::ostream* out) { *out << test.label; }

const std::vector<Case> cases{
    {"asr",
     "{name: asr, depth: [1, 2], mlp: [2, 3], heads: [2, 3], d_model: 12, frames: 13, mels: 9, tokens: 4,"
     " vocabulary: 11, decoder_layers: 2, decoder_heads: 3, decoder_ffn: 20}",
     "(2,3,2,2,3,12)"},
    {"asr_encoder",
     "{name: asr, depth: 2, mlp: 2, heads: 2, d_model: 12, frames: 13, mels: 8, decoder_layers: 0, front_end: false}",
     "(2,2,2,2,2,12)"},
    {"post_norm_tokens",
     "{name: transformer, layers: 2, heads: 3, hidden: 16, ffn: 20, sequence: 9, vocabulary: 5, drop_path: 0.3}",
     "0,0,0,0,0,0"},
    {"pre_norm_features",
     "{name: transformer, layers: 2, heads: [1, 2], hidden: 12, ffn_ratio: [1, 2], per_layer: true, norm: [pre],"
     " activation: [relu], sequence: 9, input: features, features: 5, positions: sinusoidal, head: tokens,"
     " causal: true}",
     "v:2,1,2,2,1,12,relu,pre"},
};

Network network_of(const Case& test) {
    Diagnostics diagnostics;
    const auto space =
        spaces().make(parse_yaml("space: " + test.space, "test").map[0].second, "space", diagnostics, {.classes = 6});
    diagnostics.throw_if_any();
    return space->decode(space->parse(test.arch));
}

/// Rows of the embedding that reads input `id`; 0: real numbers.
std::uint64_t vocabulary(const Network& network, NodeId id) {
    for (const Node& node : network.nodes()) {
        const auto* embedding = dynamic_cast<const Embedding*>(node.op.get());
        if (embedding != nullptr && node.inputs[0] == id)
            return static_cast<std::uint64_t>(embedding->attributes().vocabulary);
    }
    return 0;
}

/// Batched values of all inputs; ids include 0, which is padding.
std::vector<std::vector<double>> input_values(const Network& network) {
    std::vector<std::vector<double>> result;
    for (const NodeId id : network.inputs()) {
        result.push_back(random_values(static_cast<std::size_t>(batch * network.node(id).shape.count()), 1));
        const std::uint64_t n_ids = vocabulary(network, id);
        Rng rng(5, Purpose::test, static_cast<std::uint64_t>(id));
        if (n_ids == 0) continue;
        for (double& x : result.back()) x = static_cast<double>(rng.below(n_ids));
    }
    return result;
}

void fill(Executor& executor, const std::vector<std::vector<double>>& inputs) {
    for (std::size_t i = 0; i < inputs.size(); ++i)
        std::transform(inputs[i].begin(), inputs[i].end(), executor.input(i).begin(),
                       [](double x) { return static_cast<float>(x); });
}

/// |got - expected| <= tolerance * largest |expected|.
template <class Got>
void expect_close(const Got& got, const std::vector<double>& expected, double tolerance, const std::string& what) {
    ASSERT_EQ(got.size(), expected.size()) << what;
    double largest = 1e-2;  // keys' biases have gradient 0 up to rounding
    for (const double x : expected) largest = std::max(largest, std::abs(x));
    for (std::size_t i = 0; i < got.size(); ++i)
        ASSERT_NEAR(static_cast<double>(got[i]), expected[i], tolerance * largest) << what << " at " << i;
}

class SequenceNetwork : public ::testing::TestWithParam<Case> {
protected:
    kernel::Engine engine;
    Arena arena;
    Network network = network_of(GetParam());
    Parameters parameters = random_parameters(network, 3);

    void expect_reference(ExecutionMode mode) {
        const auto inputs = input_values(network);
        Executor executor(network, parameters, {engine, arena}, {.batch = batch, .mode = mode});
        fill(executor, inputs);
        executor.forward(step);
        const std::vector<float> output(executor.output().begin(), executor.output().end());
        const std::vector<double> diff = random_values(output.size(), 2);
        std::transform(diff.begin(), diff.end(), executor.output_gradient().begin(),
                       [](double x) { return static_cast<float>(x); });
        executor.backward(step);
        ReferenceNetwork reference(network, batch, mode, step);
        reference.forward(parameters, inputs);
        reference.backward(diff);
        expect_close(output, reference.output(), 1e-4, "output");
        for (const Parameters::Entry& entry : parameters.entries()) {
            const auto n = static_cast<std::size_t>(entry.spec.shape.count());
            const auto& all = reference.at(entry.node).diff_parameters;
            ASSERT_FALSE(all.empty()) << entry.name;
            expect_close(executor.gradients().subspan(entry.offset, n), all[static_cast<std::size_t>(entry.index)],
                         1e-3, entry.name);
        }
    }
};

TEST_P(SequenceNetwork, TrainingStepMatchesTheReference) { expect_reference(ExecutionMode::training); }

TEST_P(SequenceNetwork, EvaluationStepMatchesTheReference) { expect_reference(ExecutionMode::evaluation); }

TEST_P(SequenceNetwork, DeployedInferenceMatchesTheReference) {
    const auto inputs = input_values(network);
    ReferenceNetwork reference(network, batch, ExecutionMode::evaluation, step);
    reference.forward(parameters, inputs);
    Deployed deployed = deploy(network, parameters);
    Executor inference(deployed.network, deployed.parameters, {engine, arena},
                       {.batch = batch, .mode = ExecutionMode::inference});
    fill(inference, inputs);
    inference.forward();
    expect_close(inference.output(), reference.output(), 1e-4, "deployed");
}

TEST_P(SequenceNetwork, TheNumberOfThreadsDoesNotChangeABit) {
    for (const Node& node : network.nodes())
        if (node.op != nullptr && node.op->type() == "conv2d")
            GTEST_SKIP() << "oneDNN shares out sums over positions by the number of threads";
    const auto inputs = input_values(network);
    const auto run = [&](int threads) {
        omp_set_num_threads(threads);
        Executor executor(network, parameters, {engine, arena}, {.batch = batch, .mode = ExecutionMode::training});
        fill(executor, inputs);
        executor.forward(step);
        std::fill(executor.output_gradient().begin(), executor.output_gradient().end(), 1.0F);
        executor.backward(step);
        return std::vector<float>(executor.gradients().begin(), executor.gradients().end());
    };
    const int before = omp_get_max_threads();
    const std::vector<float> one = run(1);
    EXPECT_EQ(run(2), one);
    EXPECT_EQ(run(3), one);
    omp_set_num_threads(before);
}

TEST_P(SequenceNetwork, BlocksRunAlone) {
    for (const Block& block : network.blocks()) {
        const Network part = network.extract(block);
        Parameters alone = random_parameters(part, 3);
        const auto inputs = input_values(part);
        ReferenceNetwork reference(part, batch, ExecutionMode::inference, step);
        reference.forward(alone, inputs);
        Deployed deployed = deploy(part, alone);
        Executor executor(deployed.network, deployed.parameters, {engine, arena},
                          {.batch = batch, .mode = ExecutionMode::inference});
        fill(executor, inputs);
        executor.forward();
        expect_close(executor.output(), reference.output(), 1e-4, block.name);
    }
}

INSTANTIATE_TEST_SUITE_P(Spaces, SequenceNetwork, ::testing::ValuesIn(cases),
                         [](const auto& test) { return test.param.label; });

}  // namespace
}  // namespace hpnas
