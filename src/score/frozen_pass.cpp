#include "hpnas/score/frozen_pass.hpp"

#include <algorithm>
#include <array>

#include "hpnas/score/random_weights.hpp"
#include "hpnas/score/training_pass.hpp"

namespace hpnas {
namespace {

/// Sum and sum of squares per channel of values [rows, channels]. The partition of the rows is fixed, so the result
/// does not depend on the number of threads.
struct ChannelSums {
    std::vector<double> sum, squares;
};

ChannelSums channel_sums(const float* values, std::int64_t rows, std::int64_t channels) {
    constexpr std::int64_t n_parts = 16;
    const auto width = static_cast<std::size_t>(channels);
    std::array<ChannelSums, n_parts> parts;
#pragma omp parallel for schedule(static)
    for (std::int64_t p = 0; p < n_parts; ++p) {
        ChannelSums& own = parts[static_cast<std::size_t>(p)];
        own.sum.assign(width, 0);
        own.squares.assign(width, 0);
        for (std::int64_t row = p * rows / n_parts; row < (p + 1) * rows / n_parts; ++row) {
            for (std::size_t c = 0; c < width; ++c) {
                const double value = values[row * channels + static_cast<std::int64_t>(c)];
                own.sum[c] += value;
                own.squares[c] += value * value;
            }
        }
    }
    for (std::size_t p = 1; p < parts.size(); ++p) {
        for (std::size_t c = 0; c < width; ++c) {
            parts[0].sum[c] += parts[p].sum[c];
            parts[0].squares[c] += parts[p].squares[c];
        }
    }
    return std::move(parts[0]);
}

/// Sets the running statistics of batch norms to those of the batch (biased variance, as training normalises) as soon
/// as their input is known.
class StatisticsSetter {
public:
    StatisticsSetter(const Network& network, Parameters& parameters, std::int64_t batch)
        : network_(network), parameters_(parameters), batch_(batch), norms_(network.nodes().size()) {
        for (const Node& node : network.nodes()) {
            if (node.op != nullptr && node.op->type() == "batch_norm") {
                norms_[static_cast<std::size_t>(node.inputs[0])].push_back(node.name);
            }
        }
    }
    void set(NodeId producer, const float* values) {
        const std::vector<std::string>& readers = norms_[static_cast<std::size_t>(producer)];
        if (readers.empty()) return;
        const Shape& shape = network_.node(producer).shape;
        const std::int64_t channels = shape.channels(), rows = batch_ * shape.count() / channels;
        const ChannelSums sums = channel_sums(values, rows, channels);
        for (const std::string& norm : readers) {
            const std::span<float> mean = parameters_.values(*parameters_.find(norm + ".running_mean"));
            const std::span<float> variance = parameters_.values(*parameters_.find(norm + ".running_var"));
            for (std::size_t c = 0; c < mean.size(); ++c) {
                const double m = sums.sum[c] / static_cast<double>(rows);
                mean[c] = static_cast<float>(m);
                variance[c] = static_cast<float>(std::max(sums.squares[c] / static_cast<double>(rows) - m * m, 0.0));
            }
        }
    }

private:
    const Network& network_;
    Parameters& parameters_;
    std::int64_t batch_;
    std::vector<std::vector<std::string>> norms_;  // names of the batch norms that read each node
};

}  // namespace

FrozenPass::FrozenPass(ScoreProbe& probe)
    : probe_(probe),
      parameters_(initial_parameters(probe, probe.network())),
      executor_(probe.network(), parameters_, probe.device(),
                {.batch = probe.settings().batch,
                 .mode = ExecutionMode::evaluation,
                 .input_gradients = true,
                 .observable = true,
                 .weight_gradients = false}),
      gram_(probe.network(), probe.settings().batch) {
    probe.fill_batch(executor_);
    StatisticsSetter statistics(probe.network(), parameters_, probe.settings().batch);
    for (std::size_t i = 0; i < probe.network().inputs().size(); ++i) {
        statistics.set(probe.network().inputs()[i], executor_.input(i).data());
    }
    executor_.forward({}, [&](const Executor::NodeView& view) { statistics.set(view.id, view.dst.data()); });
}

void FrozenPass::fill_upstream() {
    for (std::size_t i = 0; i < probe_.network().outputs().size(); ++i) {
        std::ranges::fill(executor_.output_gradient(i), i == 0 ? 1.0F : 0.0F);
    }
}

const std::vector<float>& FrozenPass::input_gradients() {
    if (input_gradients_.empty()) {
        fill_upstream();
        executor_.backward();
        input_gradients_.assign(executor_.input_gradient().begin(), executor_.input_gradient().end());
    }
    return input_gradients_;
}

const GradientGram& FrozenPass::gram() {
    if (has_gram_) return gram_;
    fill_upstream();
    executor_.backward({}, [&](const Executor::NodeView& view) { gram_.add(view); });
    input_gradients_.assign(executor_.input_gradient().begin(), executor_.input_gradient().end());
    has_gram_ = true;
    return gram_;
}

}  // namespace hpnas
