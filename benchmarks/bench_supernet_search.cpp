// One whole step of UNAS' search on its supernet for CIFAR (darts_cell, 16 channels, 8 cells), one architecture for the
// mini-batch: L(z), L(zeta) and its gradient, weights at zeta, clipping, Adam; architectures drawn from uniform logits,
// in turn. Prints one JSON line; step_rss_mib is the growth of the largest resident set over the start of the program.
// --write FILE writes what peers/torch_supernet.py computes the same from, and what came out here, without timing.
// Usage: OMP_NUM_THREADS=1 bench_supernet_search [--batch 32] [--skip-below X] [--architectures 4] [--warm-up 1]
// [--cycles 1] [--write FILE]
#include <fmt/core.h>
#include <omp.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "hpnas/train/adamw.hpp"
#include "hpnas/train/gradient_norm.hpp"
#include "supernet_bench.hpp"

using namespace hpnas;

namespace {

struct Settings {
    std::int64_t batch = 32;
    double skip_below = 0;
    int architectures = 4, warm_up = 1, cycles = 1;
    std::string write;
};

double peak_rss_mib() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

/// In single precision, as the file has them.
struct Architecture {
    std::vector<std::int16_t> choices;
    std::vector<double> point;
};

std::vector<Architecture> draw(const ChoiceGroups& groups, int count) {
    std::vector<Architecture> all;
    for (int i = 0; i < count; ++i) {
        GumbelSample sample = bench::draw_architectures(groups, 1, static_cast<std::uint64_t>(i));
        for (double& x : sample.relaxed) x = static_cast<double>(static_cast<float>(x));
        all.push_back({std::move(sample.choices), std::move(sample.relaxed)});
    }
    return all;
}

class Step {
public:
    Step(const Supernet& supernet, const Settings& settings)
        : own_(supernet, settings.batch, settings.skip_below),
          adam_({.learning_rate = 6e-4, .weight_decay = 3e-4, .decoupled = false}),
          chunks_(make_chunks(own_.parameters)),
          slope_(supernet.groups.total()) {
        adam_.start(own_.parameters);
    }

    void run(const Architecture& x) {
        double loss = 0;
        objective().value(x.choices, std::span(&loss, 1));
        objective().value_and_grad(x.point, std::span(&loss, 1), slope_);
        objective().weight_gradient(x.point);
        const std::span<const float> gradients = objective().executor().gradients();
        const double scale = clip_factor(gradient_norm(chunks_, gradients), 5);
        adam_.step(own_.parameters.trainable(), gradients, {adam_.learning_rate(), scale});
    }

    SupernetObjective& objective() { return own_.objective; }
    Parameters& parameters() { return own_.parameters; }
    std::vector<double>& slope() { return slope_; }

private:
    bench::SupernetBench own_;
    AdamW adam_;
    std::vector<Chunk> chunks_;
    std::vector<double> slope_;
};

/// Named tensors: a line of JSON with names and shapes, then float32 after float32.
class TensorFile {
public:
    template <class Values>
    void add(const std::string& name, std::vector<std::int64_t> shape, const Values& values) {
        std::string sizes;
        for (const std::int64_t size : shape) sizes += fmt::format("{}{}", sizes.empty() ? "" : ", ", size);
        header_ += fmt::format("{}{{\"name\": \"{}\", \"shape\": [{}]}}", header_.empty() ? "" : ", ", name, sizes);
        for (const auto value : values) values_.push_back(static_cast<float>(value));
    }
    template <class Values>
    void add(const std::string& name, const Values& values) {
        add(name, {std::ssize(values)}, values);
    }
    void write(const std::string& path) const {
        std::ofstream file(path, std::ios::binary);
        file << '[' << header_ << "]\n";
        file.write(reinterpret_cast<const char*>(values_.data()),
                   static_cast<std::streamsize>(values_.size() * sizeof(float)));
        if (!file.flush()) throw std::runtime_error("cannot write " + path);
    }

private:
    std::string header_;
    std::vector<float> values_;
};

std::vector<std::int64_t> sizes(const Shape& shape) { return {shape.begin(), shape.end()}; }

void add_inputs(TensorFile& file, Step& step, const Supernet& supernet, const std::vector<Architecture>& architectures,
                std::int64_t batch) {
    for (const Parameters::Entry& entry : step.parameters().entries())
        file.add("weight." + entry.name, sizes(entry.spec.shape), step.parameters().values(entry));
    std::vector<std::int64_t> images = sizes(supernet.network.node(supernet.network.inputs()[0]).shape);
    images.insert(images.begin(), batch);
    file.add("train.images", images, step.objective().train().images);
    file.add("validation.images", images, step.objective().validation().images);
    std::vector<double> vertices, points, vertex(supernet.groups.total());
    for (const Architecture& x : architectures) {
        one_hot(supernet.groups, x.choices, vertex);
        vertices.insert(vertices.end(), vertex.begin(), vertex.end());
        points.insert(points.end(), x.point.begin(), x.point.end());
    }
    const std::vector<std::int64_t> shape{std::ssize(architectures), std::ssize(vertex)};
    file.add("vertices", shape, vertices);
    file.add("points", shape, points);
}

/// What the passes give with the initial weights.
void add_results(TensorFile& file, Step& step, const std::string& name, const Architecture& x) {
    std::vector<double> loss(1);
    step.objective().value(x.choices, loss);
    file.add(name + ".discrete", loss);
    step.objective().value_and_grad(x.point, loss, step.slope());
    file.add(name + ".relaxed", loss);
    file.add(name + ".slope", step.slope());
    file.add(name + ".weights", std::vector{step.objective().weight_gradient(x.point)});
    const std::span<const float> gradients = step.objective().executor().gradients();
    for (const Parameters::Entry& entry : step.parameters().entries())
        if (entry.spec.trainable())
            file.add(name + ".gradient." + entry.name, sizes(entry.spec.shape),
                     gradients.subspan(entry.offset, static_cast<std::size_t>(entry.spec.shape.count())));
}

void write(const Supernet& supernet, const Settings& settings) {
    const std::vector<Architecture> architectures = draw(supernet.groups, settings.architectures);
    TensorFile file;
    for (const double skip_below : {0.0, 0.05}) {
        Settings own = settings;
        own.skip_below = skip_below;
        Step step(supernet, own);
        if (skip_below == 0) add_inputs(file, step, supernet, architectures, settings.batch);
        add_results(file, step, skip_below == 0 ? "whole" : "skipped", architectures.front());
    }
    file.write(settings.write);
}

void measure(const Supernet& supernet, const Settings& settings, double loaded_mib) {
    const std::vector<Architecture> architectures = draw(supernet.groups, settings.architectures);
    Step step(supernet, settings);
    for (int i = 0; i < settings.warm_up; ++i)
        step.run(architectures[static_cast<std::size_t>(i) % architectures.size()]);
    std::vector<double> ms;
    const auto steps = static_cast<double>(architectures.size());
    const std::clock_t cpu_begin = std::clock();
    for (int cycle = 0; cycle < settings.cycles; ++cycle) {
        const auto begin = std::chrono::steady_clock::now();
        for (const Architecture& x : architectures) step.run(x);
        ms.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count() /
                     steps);
    }
    const double cpu_ms = 1e3 * static_cast<double>(std::clock() - cpu_begin) / CLOCKS_PER_SEC / steps;
    std::sort(ms.begin(), ms.end());
    fmt::print(
        "{{\"case\": \"unas_step\", \"threads\": {}, \"skip_below\": {}, \"parameters\": {}, \"median_ms\": {:.2f}, "
        "\"best_ms\": {:.2f}, \"count\": {}, \"mean_cpu_ms\": {:.2f}, \"step_rss_mib\": {:.1f}}}\n",
        omp_get_max_threads(), settings.skip_below, supernet.network.cost().parameters, ms[ms.size() / 2], ms.front(),
        steps * settings.cycles, cpu_ms / settings.cycles, peak_rss_mib() - loaded_mib);
}

}  // namespace

int main(int argc, char** argv) {
    const double loaded_mib = peak_rss_mib();
    Settings settings;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string option = argv[i];
        if (option == "--batch") settings.batch = std::atol(argv[i + 1]);
        if (option == "--skip-below") settings.skip_below = std::atof(argv[i + 1]);
        if (option == "--architectures") settings.architectures = std::atoi(argv[i + 1]);
        if (option == "--warm-up") settings.warm_up = std::atoi(argv[i + 1]);
        if (option == "--cycles") settings.cycles = std::atoi(argv[i + 1]);
        if (option == "--write") settings.write = argv[i + 1];
    }
    const Supernet supernet = bench::cifar_supernet();
    if (settings.write.empty())
        measure(supernet, settings, loaded_mib);
    else
        write(supernet, settings);
}
