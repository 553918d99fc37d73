// Writes networks as ONNX files, with inputs and the outputs they should give, for test_exported_networks.py: every
// example of an operator, and a random network of every space. usage: write_onnx_cases DIR
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iostream>

#include "export/random_spaces.hpp"
#include "hpnas/core/rng.hpp"
#include "hpnas/export/onnx.hpp"
#include "hpnas/kernel/engine.hpp"
#include "hpnas/tensor/arena.hpp"
#include "hpnas/train/deploy.hpp"
#include "hpnas/train/executor.hpp"
#include "op/example.hpp"
#include "space/make_space.hpp"

namespace hpnas::testing {
namespace {

using Batch = std::vector<std::vector<double>>;

/// [N, H, W, C] to [N, C, H, W]; anything else as it is.
std::vector<double> channels_first(const std::vector<double>& values, const Shape& shape) {
    if (shape.rank() != 3) return values;
    std::vector<double> result(values.size());
    const auto positions = static_cast<std::size_t>(shape[0] * shape[1]), channels = static_cast<std::size_t>(shape[2]);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::size_t sample = i / (positions * channels), p = i / channels % positions, c = i % channels;
        result[(sample * channels + c) * positions + p] = values[i];
    }
    return result;
}

Shape channels_first(const Shape& shape) { return shape.rank() == 3 ? Shape{shape[2], shape[0], shape[1]} : shape; }

/// One folder of files and their list, cases.json: a JSON object per line.
class Cases {
public:
    explicit Cases(std::string folder) : folder_(std::move(folder)), list_(folder_ + "/cases.json") {}

    void model(const std::string& name, const Network& network, const Parameters& parameters,
               const OnnxOptions& options) {
        network_ = &network;
        model_ = name + ".onnx";
        layout_ = options.layout;
        save_onnx(folder_ + "/" + model_, network, parameters, options);
    }
    /// A call of the last model. @param expected  of its outputs, in our layout
    void call(const std::string& label, std::int64_t batch, const Batch& inputs, const Batch& expected) {
        std::vector<std::string> in, out;
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            const Node& node = network_->node(network_->inputs()[i]);
            in.push_back(write(label + ".in" + std::to_string(i), node.name, node.shape, batch, inputs[i]));
        }
        for (std::size_t i = 0; i < expected.size(); ++i) {
            const Node& node = network_->node(network_->outputs()[i]);
            out.push_back(write(label + ".out" + std::to_string(i), node.name, node.shape, batch, expected[i]));
        }
        list_ << fmt::format("{{\"label\": \"{}\", \"model\": \"{}\", \"inputs\": [{}], \"outputs\": [{}]}}\n", label,
                             model_, fmt::join(in, ", "), fmt::join(out, ", "));
    }

private:
    std::string write(const std::string& file, const std::string& name, const Shape& shape, std::int64_t batch,
                      const std::vector<double>& values) {
        const bool first = layout_ == ImageLayout::nchw;
        const std::vector<double> ordered = first ? channels_first(values, shape) : values;
        const std::vector<float> floats(ordered.begin(), ordered.end());
        std::ofstream stream(folder_ + "/" + file, std::ios::binary);
        stream.write(reinterpret_cast<const char*>(floats.data()),
                     static_cast<std::streamsize>(floats.size() * sizeof(float)));
        const Shape sizes = (first ? channels_first(shape) : shape).with_batch(batch);
        return fmt::format("{{\"name\": \"{}\", \"file\": \"{}\", \"sizes\": {}}}", name, file, to_string(sizes));
    }

    std::string folder_;
    std::ofstream list_;
    const Network* network_ = nullptr;
    std::string model_;
    ImageLayout layout_ = ImageLayout::nchw;
};

Network single(const Example& example) {
    NetworkBuilder builder;
    std::vector<NodeId> inputs;
    for (std::size_t i = 0; i < example.inputs.size(); ++i)
        inputs.push_back(builder.input("input" + std::to_string(i), example.inputs[i]));
    const NodeId node = builder.add("node", example.op, inputs);
    return std::move(builder).finish({node});
}

/// Against the operator's reference in double precision.
void write_operator(Cases& cases, const Example& example) {
    const Network network = single(example);
    ReferenceArgs args;
    args.mode = ExecutionMode::evaluation;
    args.inputs = example.inputs;
    args.parameters = parameter_values(example.op->parameters(example.inputs));
    Parameters parameters(network);
    for (const Parameters::Entry& entry : parameters.entries()) {
        const std::vector<double>& from = args.parameters[static_cast<std::size_t>(entry.index)];
        std::transform(from.begin(), from.end(), parameters.values(entry).begin(),
                       [](double x) { return static_cast<float>(x); });
    }
    const std::string name = "op." + example.label;
    cases.model(name, network, parameters, {.fold = false});
    for (const std::int64_t batch : {1, 3}) {
        args.batch = batch;
        args.src = source_values(example, batch);
        example.op->reference(args);
        cases.call(fmt::format("{}.n{}", name, batch), batch, args.src, {args.dst});
    }
}

Batch random_inputs(const Network& network, const RandomSpace& space, std::int64_t batch) {
    Batch inputs;
    for (std::size_t i = 0; i < network.inputs().size(); ++i) {
        const Shape& shape = network.node(network.inputs()[i]).shape;
        inputs.push_back(values(static_cast<std::size_t>(batch * shape.count()), i));
        if (shape.rank() != 1) continue;
        for (std::size_t j = 0; j < inputs[i].size(); ++j) {  // ids; the last tokens are padding
            const bool padding = static_cast<std::int64_t>(j) % shape[0] >= shape[0] - 2;
            const double vocabulary = static_cast<double>(i == 0 ? space.task.vocabulary : 2);
            inputs[i][j] = padding ? 0 : std::floor((inputs[i][j] + 1) / 2 * vocabulary);
        }
    }
    return inputs;
}

void fill_inputs(Executor& executor, const Batch& inputs) {
    for (std::size_t i = 0; i < inputs.size(); ++i)
        std::transform(inputs[i].begin(), inputs[i].end(), executor.input(i).begin(),
                       [](double x) { return static_cast<float>(x); });
}

/// Like trained ones: scales and shifts are not those of the start, and running statistics are mostly those of some
/// batches, so that outputs depend on the inputs. Mostly: with exact ones a deep random network blows rounding up a
/// thousandfold, which training teaches it not to do.
void draw(const Network& network, Parameters& parameters, const RandomSpace& space, std::uint64_t seed) {
    parameters.initialize(seed);
    Rng rng(seed, Purpose::test);
    for (const Parameters::Entry& entry : parameters.entries())
        for (float& x : parameters.values(entry)) {
            if (entry.spec.role == ParameterRole::scale) x = static_cast<float>(0.5 + rng.uniform());
            if (entry.spec.role == ParameterRole::shift) x = static_cast<float>(0.4 * rng.uniform() - 0.2);
        }
    constexpr std::int64_t batch = 4, passes = 20;
    kernel::Engine engine;
    Arena arena;
    Executor executor(network, parameters, {engine, arena},
                      {.batch = batch, .mode = ExecutionMode::training, .gradients = false});
    fill_inputs(executor, random_inputs(network, space, batch));
    for (std::int64_t i = 0; i < passes; ++i) executor.forward();
}

/// What our own inference gives.
Batch run(const Network& network, const Parameters& parameters, std::int64_t batch, const Batch& inputs) {
    kernel::Engine engine;
    Arena arena;
    Deployed deployed = deploy(network, parameters);
    Executor executor(deployed.network, deployed.parameters, {engine, arena}, {batch, ExecutionMode::inference});
    fill_inputs(executor, inputs);
    executor.forward();
    Batch outputs;
    for (std::size_t i = 0; i < network.outputs().size(); ++i)
        outputs.emplace_back(executor.output(i).begin(), executor.output(i).end());
    return outputs;
}

void write_space(Cases& cases, const RandomSpace& random, std::uint64_t id) {
    const auto space = test::make_space(random.yaml, random.task);
    Rng rng(7, Purpose::test, id);
    const Network network = space->decode(space->sample(rng));
    Parameters parameters(network);
    draw(network, parameters, random, id);
    const Batch one = random_inputs(network, random, 1), three = random_inputs(network, random, 3);
    const Batch expected_one = run(network, parameters, 1, one), expected_three = run(network, parameters, 3, three);
    const std::string name = fmt::format("space.{}.{}", id, space->name());
    cases.model(name, network, parameters, {});
    cases.call(name + ".folded.n1", 1, one, expected_one);
    cases.call(name + ".folded.n3", 3, three, expected_three);
    cases.model(name + ".not_folded", network, parameters, {.fold = false});
    cases.call(name + ".not_folded.n3", 3, three, expected_three);
    cases.model(name + ".fixed", network, parameters, {.batch = 1, .layout = ImageLayout::nhwc});
    cases.call(name + ".fixed.n1", 1, one, expected_one);
}

void write_all(const std::string& folder) {
    Cases cases(folder);
    for (const Example& example : examples()) write_operator(cases, example);
    const std::vector<RandomSpace> spaces = random_spaces();
    for (std::size_t i = 0; i < spaces.size(); ++i) write_space(cases, spaces[i], i);
}

}  // namespace
}  // namespace hpnas::testing

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: write_onnx_cases DIR\n";
        return 64;
    }
    try {
        hpnas::testing::write_all(argv[1]);
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
    return 0;
}
