#include "hpnas/train/training_step.hpp"

#include <algorithm>
#include <cmath>

#include "hpnas/train/gradient_norm.hpp"

namespace hpnas {
namespace {

/// Numbers that travel behind the parameters: with the gradients loss and wish to stop, with the weights the report.
constexpr std::size_t n_extra = 4;

}  // namespace

TrainingStep::TrainingStep(Executor& executor, Parameters& parameters, Optimizer& optimizer, TaskBatches& batches,
                           Options options, TrainingRanks ranks)
    : executor_(executor),
      parameters_(parameters),
      optimizer_(optimizer),
      batches_(batches),
      options_(options),
      ranks_(std::move(ranks)),
      chunks_(make_chunks(parameters)),
      tree_(ranks_, options_.micro_batches, parameters.all().size() + n_extra) {
    if (options_.micro_batches > 1) sum_.resize(parameters.all().size() + n_extra);
}

StepReport TrainingStep::run(const Position& at, double learning_rate, bool stop) {
    StepReport report;
    if (sum_.empty()) {
        report.loss = micro_gradient(at, 0);
        report.stop = stop;
        apply(executor_.gradients(), learning_rate, report);
        return report;
    }
    report = sum_gradients(at, stop);
    if (ranks_.rank == 0) {
        std::copy(sum_.begin() + static_cast<std::ptrdiff_t>(parameters_.trainable().size()), sum_.end() - n_extra,
                  parameters_.all().begin() + static_cast<std::ptrdiff_t>(parameters_.trainable().size()));
        apply(std::span(sum_).first(parameters_.trainable().size()), learning_rate, report);
    }
    if (ranks_.count > 1) share(report);
    return report;
}

double TrainingStep::micro_gradient(const Position& at, std::int64_t micro_batch) {
    const auto samples = batches_.load(at.epoch, at.index * options_.micro_batches + micro_batch, executor_);
    const StepContext context{at.seed, at.step, samples};
    executor_.forward(context);
    const double loss = batches_.loss(executor_, 1.0 / static_cast<double>(options_.micro_batches));
    if (std::isfinite(loss)) executor_.backward(context);
    return loss;
}

StepReport TrainingStep::sum_gradients(const Position& at, bool stop) {
    const std::size_t trainable = parameters_.trainable().size(), all = parameters_.all().size();
    const std::span<float> running = parameters_.all().subspan(trainable);
    const std::vector<float> before(running.begin(), running.end());
    const float share = 1.0F / static_cast<float>(options_.micro_batches);
    tree_.run(
        [&](std::int64_t leaf, std::span<float> dst) {
            std::ranges::copy(before, running.begin());
            const double loss = micro_gradient(at, leaf);
            std::ranges::copy(executor_.gradients(), dst.begin());
            std::ranges::transform(running, dst.begin() + static_cast<std::ptrdiff_t>(trainable),
                                   [share](float value) { return share * value; });
            dst[all] = share * static_cast<float>(loss);
            dst[all + 1] = stop ? 1.0F : 0.0F;
            dst[all + 2] = dst[all + 3] = 0;
        },
        sum_);
    return {.loss = static_cast<double>(sum_[all]), .stop = sum_[all + 1] > 0};
}

// The norm is taken even if nothing is clipped: a rectifier may turn NaN into 0 on the way forward, so the loss alone
// does not show every divergence.
void TrainingStep::apply(std::span<const float> gradients, double learning_rate, StepReport& report) {
    report.applied = std::isfinite(report.loss) && report.loss <= options_.max_loss;
    if (!report.applied) return;
    report.gradient_norm = gradient_norm(chunks_, gradients);
    report.applied = std::isfinite(report.gradient_norm);
    if (report.applied)
        optimizer_.step(parameters_.trainable(), gradients,
                        {learning_rate, clip_factor(report.gradient_norm, options_.clip_norm)});
}

void TrainingStep::share(StepReport& report) {
    const std::size_t all = parameters_.all().size();
    if (ranks_.rank == 0) {
        std::ranges::copy(parameters_.all(), sum_.begin());
        sum_[all] = static_cast<float>(report.loss);
        sum_[all + 1] = static_cast<float>(report.gradient_norm);
        sum_[all + 2] = report.applied ? 1.0F : 0.0F;
        sum_[all + 3] = report.stop ? 1.0F : 0.0F;
    }
    ranks_.broadcast(sum_);
    if (ranks_.rank == 0) return;
    std::copy_n(sum_.begin(), all, parameters_.all().begin());
    report = {static_cast<double>(sum_[all]), static_cast<double>(sum_[all + 1]), sum_[all + 2] > 0, sum_[all + 3] > 0};
}

}  // namespace hpnas
