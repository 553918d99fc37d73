// The contract of every registered operator: gradients, kernels, shapes, signatures.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "hpnas/core/error.hpp"
#include "hpnas/kernel/engine.hpp"
#include "hpnas/op/builtin.hpp"
#include "op/example.hpp"
#include "op/kernel_call.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;

const StepContext step{.seed = 7, .step = 3, .samples = {}};

class Contract : public ::testing::TestWithParam<Example> {};

ReferenceArgs reference_args(const Example& example, std::int64_t batch, ExecutionMode mode) {
    ReferenceArgs args;
    args.batch = batch;
    args.mode = mode;
    args.inputs = example.inputs;
    args.src = source_values(example, batch);
    args.parameters = parameter_values(example.op->parameters(example.inputs));
    args.step = step;
    args.stream = 11;
    return args;
}

/// sum(weight * dst): a scalar whose gradient is the backward of `weight`.
double weighted_output(const Example& example, ReferenceArgs args, const std::vector<double>& weight) {
    args.diff_dst.clear();
    example.op->reference(args);
    double sum = 0;
    for (std::size_t i = 0; i < weight.size(); ++i) sum += weight[i] * args.dst[i];
    return sum;
}

/// Central difference of weighted_output in direction `i` of `tensor`, a member of `args`.
double finite_difference(const Example& example, ReferenceArgs& args, std::vector<double>& tensor, std::size_t i,
                         const std::vector<double>& weight) {
    const double h = 1e-5, x = tensor[i];
    tensor[i] = x + h;
    const double above = weighted_output(example, args, weight);
    tensor[i] = x - h;
    const double below = weighted_output(example, args, weight);
    tensor[i] = x;
    return (above - below) / (2 * h);
}

TEST_P(Contract, ReferenceBackwardMatchesFiniteDifferences) {
    const Example& example = GetParam();
    for (const auto mode : {ExecutionMode::training, ExecutionMode::evaluation}) {
        ReferenceArgs args = reference_args(example, 3, mode);
        example.op->reference(args);
        const std::vector<double> weight = values(args.dst.size(), 99);
        args.diff_dst = weight;
        example.op->reference(args);
        const ReferenceArgs result = args;
        const auto check = [&](std::vector<double>& tensor, const std::vector<double>& gradient) {
            ASSERT_EQ(gradient.size(), tensor.size());
            const std::size_t stride = std::max<std::size_t>(1, tensor.size() / 24);
            for (std::size_t i = 0; i < tensor.size(); i += stride) {
                // h^2 times a third derivative of order 10, plus 1e-16 * |sum| / h
                EXPECT_NEAR(finite_difference(example, args, tensor, i, weight), gradient[i],
                            1e-7 * (1 + 100 * std::abs(gradient[i])));
            }
        };
        ASSERT_EQ(result.diff_src.size(), args.src.size());
        for (std::size_t s = 0; s < args.src.size(); ++s) check(args.src[s], result.diff_src[s]);
        const auto specs = example.op->parameters(example.inputs);
        ASSERT_TRUE(specs.empty() || result.diff_parameters.size() == specs.size());
        for (std::size_t p = 0; p < specs.size(); ++p) {
            if (specs[p].trainable()) check(args.parameters[p], result.diff_parameters[p]);
        }
    }
}

/// |got - expected| <= tolerance * (largest |expected|): what float32 accumulation over a few hundred terms gives.
void expect_close(const std::vector<float>& got, const std::vector<double>& expected, const std::string& what) {
    constexpr double tolerance = 2e-5;
    ASSERT_EQ(got.size(), expected.size()) << what;
    double largest = 1e-3;
    for (const double x : expected) largest = std::max(largest, std::abs(x));
    for (std::size_t i = 0; i < got.size(); ++i) {
        ASSERT_NEAR(static_cast<double>(got[i]), expected[i], tolerance * largest) << what << " at " << i;
    }
}

bool deployed_only(const Example& example) { return example.label.find("deployed") != std::string::npos; }

TEST_P(Contract, KernelMatchesReference) {
    const Example& example = GetParam();
    kernel::Engine engine;
    for (const std::int64_t batch : {1, 3}) {
        for (const auto mode : {ExecutionMode::training, ExecutionMode::evaluation, ExecutionMode::inference}) {
            if (deployed_only(example) && mode != ExecutionMode::inference) continue;
            ReferenceArgs args = reference_args(example, batch, mode);
            example.op->reference(args);
            const bool backward = mode != ExecutionMode::inference;
            if (backward) {
                args.diff_dst = values(args.dst.size(), 99);
                example.op->reference(args);
            }
            const KernelResult result = call_kernel(*example.op, args, engine);
            expect_close(result.dst, args.dst, "dst");
            if (!backward) continue;
            for (std::size_t s = 0; s < args.src.size(); ++s) {
                expect_close(result.diff_src[s], args.diff_src[s], "diff_src");
            }
            for (std::size_t p = 0; p < args.diff_parameters.size(); ++p) {
                if (!args.diff_parameters[p].empty()) {
                    expect_close(result.diff_parameters[p], args.diff_parameters[p], "diff_parameters");
                }
            }
        }
    }
}

TEST_P(Contract, KernelKeepsToTheMemoryItAskedFor) {
    const Example& example = GetParam();
    kernel::Engine engine;
    const auto mode = deployed_only(example) ? ExecutionMode::inference : ExecutionMode::training;
    ReferenceArgs args = reference_args(example, 2, mode);
    example.op->reference(args);
    if (mode == ExecutionMode::training) args.diff_dst = values(args.dst.size(), 99);
    EXPECT_TRUE(call_kernel(*example.op, args, engine).guards_intact);
}

TEST_P(Contract, InPlaceCallsGiveTheSameValues) {
    const Example& example = GetParam();
    kernel::Engine engine;
    for (const auto mode : {ExecutionMode::training, ExecutionMode::inference}) {
        if (deployed_only(example) && mode != ExecutionMode::inference) continue;
        ReferenceArgs args = reference_args(example, 2, mode);
        example.op->reference(args);
        if (mode != ExecutionMode::inference) args.diff_dst = values(args.dst.size(), 99);
        const KernelResult apart = call_kernel(*example.op, args, engine);
        const KernelResult in_place = call_kernel(*example.op, args, engine, true);
        EXPECT_EQ(apart.dst, in_place.dst);
        EXPECT_EQ(apart.diff_src, in_place.diff_src);
    }
}

TEST_P(Contract, RepeatedCallsGiveTheSameBits) {
    const Example& example = GetParam();
    kernel::Engine engine;
    const auto mode = deployed_only(example) ? ExecutionMode::inference : ExecutionMode::training;
    ReferenceArgs args = reference_args(example, 3, mode);
    example.op->reference(args);
    if (mode == ExecutionMode::training) args.diff_dst = values(args.dst.size(), 99);
    const KernelResult first = call_kernel(*example.op, args, engine);
    const KernelResult second = call_kernel(*example.op, args, engine);
    EXPECT_EQ(first.dst, second.dst);
    EXPECT_EQ(first.diff_src, second.diff_src);
    EXPECT_EQ(first.diff_parameters, second.diff_parameters);
}

TEST_P(Contract, TheNumberOfInputsIsChecked) {
    const Example& example = GetParam();
    std::vector<Shape> more = example.inputs;
    more.push_back(more.front());
    more.push_back(more.front());
    EXPECT_THROW(example.op->output_shape({}), ShapeError);
    if (example.any_count) return;
    try {
        example.op->output_shape(more);
        FAIL() << "accepted " << more.size() << " inputs";
    } catch (const ShapeError& error) {
        const std::string text = error.what();
        EXPECT_EQ(text.find(example.op->type()), 0U) << text;
        EXPECT_NE(text.find("expected"), std::string::npos) << text;
    }
}

TEST_P(Contract, SignatureIsThatOfTheTypeAndStable) {
    const Example& example = GetParam();
    EXPECT_EQ(signature(*example.op), signature(*example.op));
    EXPECT_EQ(signature(*example.op).find(std::string(example.op->type()) + "{"), 0U);
}

TEST_P(Contract, InitializersAreUsable) {
    for (const ParameterSpec& spec : GetParam().op->parameters(GetParam().inputs)) {
        EXPECT_GT(spec.shape.count(), 0) << spec.name;
        if (spec.initializer.kind == Initializer::Kind::uniform) {
            EXPECT_LT(spec.initializer.a, spec.initializer.b) << spec.name;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Operators, Contract, ::testing::ValuesIn(examples()),
                         [](const auto& test) { return test.param.label; });

TEST(Operators, EveryRegisteredOneHasAnExample) {
    std::set<std::string> tested;
    for (const Example& example : examples()) tested.insert(std::string(example.op->type()));
    for (const auto& entry : operators().entries()) {
        EXPECT_TRUE(tested.contains(entry.name)) << entry.name;
        EXPECT_FALSE(entry.doc.empty()) << entry.name;
    }
    EXPECT_EQ(tested.size(), operators().entries().size());
}

TEST(Operators, SignaturesOfDifferentOperatorsDiffer) {
    std::set<std::string> seen;
    for (const Example& example : examples()) {
        EXPECT_TRUE(seen.insert(signature(*example.op)).second) << signature(*example.op);
    }
}

TEST(Operators, AreMadeFromTheirSignature) {
    // "conv2d{out: 3, kernel: 3}" read as YAML options gives an operator of the same signature.
    for (const Example& example : examples()) {
        const std::string text = signature(*example.op);
        const std::size_t brace = text.find('{');
        ConfigNode node = parse_yaml(text.substr(brace), "signature");
        ConfigNode name;
        name.kind = ConfigNode::Kind::scalar;
        name.scalar = text.substr(0, brace);
        node.kind = ConfigNode::Kind::map;
        node.map.emplace_back("name", name);
        Diagnostics diagnostics;
        const auto op = operators().make(node, "operator", diagnostics);
        diagnostics.throw_if_any();
        ASSERT_NE(op, nullptr) << text;
        EXPECT_EQ(signature(*op), text);
    }
}

}  // namespace
}  // namespace hpnas
