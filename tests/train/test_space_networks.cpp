// Networks of the registered spaces that random networks (test_executor) do not resemble: transformers.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "hpnas/kernel/engine.hpp"
#include "hpnas/tensor/arena.hpp"
#include "hpnas/train/executor.hpp"
#include "space/make_space.hpp"
#include "train/reference_network.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;

constexpr std::int64_t batch = 3;
const std::vector<std::int64_t> samples{41, 7, 1000};
const StepContext step{.seed = 9, .step = 2, .samples = samples};

/// Inputs of a network: images, or whole numbers below `vocabulary`, the last ones 0 (padding).
std::vector<std::vector<double>> inputs_of(const Network& network, const std::vector<std::int64_t>& vocabularies) {
    std::vector<std::vector<double>> inputs;
    for (std::size_t i = 0; i < network.inputs().size(); ++i) {
        const Shape& shape = network.node(network.inputs()[i]).shape;
        inputs.push_back(random_values(static_cast<std::size_t>(batch * shape.count()), i));
        if (shape.rank() != 1) continue;
        for (std::size_t j = 0; j < inputs[i].size(); ++j) {
            const bool padding = static_cast<std::int64_t>(j) % shape[0] >= shape[0] - 2;
            inputs[i][j] = padding ? 0 : std::floor((inputs[i][j] + 1) / 2 * static_cast<double>(vocabularies[i]));
        }
    }
    return inputs;
}

/// |got - expected| <= tolerance * largest |expected|.
void expect_close(std::span<const float> got, const std::vector<double>& expected, double tolerance,
                  const std::string& what) {
    ASSERT_EQ(got.size(), expected.size()) << what;
    double largest = 1e-3;
    for (const double x : expected) largest = std::max(largest, std::abs(x));
    for (std::size_t i = 0; i < got.size(); ++i)
        ASSERT_NEAR(static_cast<double>(got[i]), expected[i], tolerance * largest) << what << " at " << i;
}

/// One training step against double precision; float32 through some 30 layers leaves 1e-5 of the largest value.
void expect_reference(const Network& network, const std::vector<std::int64_t>& vocabularies) {
    kernel::Engine engine;
    Arena arena;
    Parameters parameters = random_parameters(network, 3);
    const Parameters start = parameters;
    const auto inputs = inputs_of(network, vocabularies);
    Executor executor(network, parameters, {engine, arena}, {.batch = batch, .mode = ExecutionMode::training});
    for (std::size_t i = 0; i < inputs.size(); ++i)
        std::transform(inputs[i].begin(), inputs[i].end(), executor.input(i).begin(),
                       [](double x) { return static_cast<float>(x); });
    executor.forward(step);
    const std::vector<float> output(executor.output().begin(), executor.output().end());
    const std::vector<double> diff = random_values(output.size(), 9);
    std::transform(diff.begin(), diff.end(), executor.output_gradient().begin(),
                   [](double x) { return static_cast<float>(x); });
    executor.backward(step);

    ReferenceNetwork reference(network, batch, ExecutionMode::training, step);
    reference.forward(start, inputs);
    reference.backward(diff);
    expect_close(output, reference.output(), 1e-4, "output");
    for (const Parameters::Entry& entry : parameters.entries()) {
        const auto n = static_cast<std::size_t>(entry.spec.shape.count());
        const auto& all = reference.at(entry.node).diff_parameters;
        const auto index = static_cast<std::size_t>(entry.index);
        ASSERT_LT(index, all.size()) << entry.name;
        expect_close(std::span(executor.gradients()).subspan(entry.offset, n), all[index], 1e-3, entry.name);
    }
}

TEST(SpaceNetworks, VisionTransformersMatchTheReference) {
    for (const char* more : {"", ", pre_norm: false, gp: false", ", relative_position: false, abs_pos: false"}) {
        SCOPED_TRACE(more);
        const auto space = test::make_space(
            std::string("{name: vit, depth: [1, 3], mlp: [2, 3], heads: [1, 2], embed: [10, 14], head_size: 6, "
                        "patch: 4, resolution: 12, max_distance: 1, drop_path: 0.4, dropout: 0.1") +
                more + "}",
            {.classes = 5});
        expect_reference(space->decode(space->parse("(3,2,3,2,2,1,2,14)")), {});
    }
}

TEST(SpaceNetworks, BertEncodersMatchTheReference) {
    for (const char* head : {"classify", "span"}) {
        SCOPED_TRACE(head);
        const auto space = test::make_space(std::string("{name: bert, layers: [2, 3], heads: [2, 3], hidden: [10, 13], "
                                                        "ffn: [16, 17], head_size: 4, positions: 16, head: ") +
                                                head + "}",
                                            {.classes = 5, .sequence = 9, .vocabulary = 30});
        expect_reference(space->decode(space->parse("(3,3,12,13,17)")), {30, 2});
    }
}

}  // namespace
}  // namespace hpnas
