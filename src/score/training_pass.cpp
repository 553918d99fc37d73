#include "hpnas/score/training_pass.hpp"

#include <algorithm>

#include "hpnas/kernel/loss.hpp"
#include "hpnas/linalg/gemm.hpp"
#include "hpnas/score/random_weights.hpp"

namespace hpnas {
namespace {

bool is_layer(const Node& node) {
    return node.op != nullptr && (node.op->type() == "conv2d" || node.op->type() == "linear");
}

/// Fisher information of one layer, see TrainingPass::fisher_information.
double layer_fisher(const Executor::NodeView& view, std::int64_t n, double weights_per_channel) {
    const std::int64_t channels = view.node.shape.channels(), rows = view.node.shape.count() / channels;
    std::vector<double> products(static_cast<std::size_t>(n * channels), 0);
#pragma omp parallel for schedule(static)
    for (std::int64_t sample = 0; sample < n; ++sample) {
        double* sums = products.data() + sample * channels;
        for (std::int64_t row = sample * rows; row < (sample + 1) * rows; ++row) {
            const float* values = view.dst.data() + row * channels;
            const float* gradients = view.diff_dst.data() + row * channels;
            for (std::int64_t c = 0; c < channels; ++c) sums[c] += static_cast<double>(values[c] * gradients[c]);
        }
    }
    double sum = 0;
    for (const double product : products) sum += product * product;
    return sum / (2 * static_cast<double>(n)) * weights_per_channel;
}

/// Adds S S^T to `gram` [n, n], S [n, units] being +1 where the unit is on and -1 where it is off. The sums of a tile
/// are integers below 2^24, so float32 is exact.
void add_sign_products(const float* values, std::int64_t n, std::int64_t units, std::vector<double>& gram) {
    constexpr std::int64_t tile = 2048;
    const std::int64_t n_tiles = (units + tile - 1) / tile;
    const auto rows = static_cast<std::size_t>(n);
#pragma omp parallel
    {
        std::vector<float> signs, products(rows * rows);
        std::vector<double> own(rows * rows, 0);
#pragma omp for schedule(static)
        for (std::int64_t t = 0; t < n_tiles; ++t) {
            const std::int64_t first = t * tile, width = std::min(tile, units - first);
            signs.resize(rows * static_cast<std::size_t>(width));
            for (std::int64_t i = 0; i < n; ++i) {
                const float* from = values + i * units + first;
                float* to = signs.data() + i * width;
                for (std::int64_t j = 0; j < width; ++j) to[j] = from[j] > 0 ? 1.0F : -1.0F;
            }
            const linalg::Gemm<float> shape{rows, rows, static_cast<std::size_t>(width), false, true};
            linalg::gemm(shape, signs, signs, products);
            for (std::size_t i = 0; i < own.size(); ++i) own[i] += static_cast<double>(products[i]);
        }
#pragma omp critical
        for (std::size_t i = 0; i < own.size(); ++i) gram[i] += own[i];  // integers: any order gives the same
    }
}

}  // namespace

std::vector<const Parameters::Entry*> layer_weights(const Network& network, const Parameters& parameters) {
    std::vector<const Parameters::Entry*> weights;
    for (const Parameters::Entry& entry : parameters.entries()) {
        if (entry.spec.name == "weight" && is_layer(network.node(entry.node))) weights.push_back(&entry);
    }
    return weights;
}

void fill_loss_gradient(Executor& executor, const Network& network, const std::vector<std::int64_t>& labels) {
    const Shape& output = network.node(network.outputs()[0]).shape;
    const std::int64_t classes = output.channels(), rows_per_sample = output.count() / classes;
    std::vector<std::int64_t> row_labels;
    for (const std::int64_t label : labels)
        row_labels.insert(row_labels.end(), static_cast<std::size_t>(rows_per_sample), label);
    const auto rows = static_cast<std::int64_t>(row_labels.size());
    std::vector<float> targets(static_cast<std::size_t>(rows * classes)), losses(row_labels.size());
    kernel::smooth_targets(row_labels.data(), 0, targets.data(), rows, classes);
    kernel::CrossEntropy loss;
    loss.logits = executor.output().data();
    loss.targets = targets.data();
    loss.loss = losses.data();
    loss.diff_logits = executor.output_gradient().data();
    loss.gradient_scale = 1.0F / static_cast<float>(rows);
    kernel::softmax_cross_entropy(loss, rows, classes);
    for (std::size_t i = 1; i < network.outputs().size(); ++i) std::ranges::fill(executor.output_gradient(i), 0.0F);
}

TrainingPass::TrainingPass(ScoreProbe& probe)
    : probe_(probe),
      parameters_(initial_parameters(probe, probe.network())),
      weights_(layer_weights(probe.network(), parameters_)),
      executor_(probe.network(), parameters_, probe.device(),
                {.batch = probe.settings().batch, .input_gradients = true, .observable = true}) {
    probe.fill_batch(executor_);
    executor_.forward();
}

void TrainingPass::backward() {
    fill_loss_gradient(executor_, probe_.network(), probe_.batch().labels);
    executor_.backward({}, [&](const Executor::NodeView& view) {
        if (!is_layer(view.node)) return;
        const Parameters::Entry* weight = parameters_.find(view.node.name + ".weight");
        const double per_channel = static_cast<double>(weight->spec.shape.count() / weight->spec.shape[0]);
        fisher_information_ += layer_fisher(view, probe_.settings().batch, per_channel);
    });
    loss_gradient_.assign(executor_.gradients().begin(), executor_.gradients().end());
}

const std::vector<float>& TrainingPass::loss_gradient() {
    if (loss_gradient_.empty()) backward();
    return loss_gradient_;
}

double TrainingPass::fisher_information() {
    loss_gradient();
    return fisher_information_;
}

const std::vector<double>& TrainingPass::relu_agreement() {
    if (!relu_agreement_.empty()) return relu_agreement_;
    const std::int64_t n = probe_.settings().batch;
    relu_agreement_.assign(static_cast<std::size_t>(n * n), 0);
    executor_.revisit([&](const Executor::NodeView& view) {
        if (view.node.op->type() != "relu") return;
        const std::int64_t units = view.node.shape.count();
        add_sign_products(view.src[0], n, units, relu_agreement_);
        n_relu_units_ += static_cast<double>(units);
    });
    for (double& entry : relu_agreement_) entry = (entry + n_relu_units_) / 2;
    return relu_agreement_;
}

}  // namespace hpnas
