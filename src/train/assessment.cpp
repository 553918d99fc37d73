#include "hpnas/train/assessment.hpp"

#include <vector>

#include "hpnas/data/batch_loader.hpp"
#include "hpnas/kernel/loss.hpp"
#include "hpnas/train/loss.hpp"

namespace hpnas {
namespace {

/// Running sums over images.
struct Totals {
    double loss = 0;
    kernel::TopHits hits;

    void add(const float* logits, const BatchLabels& labels, std::int64_t n_classes) {
        const auto n = static_cast<std::size_t>(labels.valid);
        std::vector<float> targets(n * static_cast<std::size_t>(n_classes)), losses(n);
        kernel::smooth_targets(labels.labels.data(), 0.0F, targets.data(), labels.valid, n_classes);
        kernel::CrossEntropy args;
        args.logits = logits;
        args.targets = targets.data();
        args.loss = losses.data();
        kernel::softmax_cross_entropy(args, labels.valid, n_classes);
        loss += ordered_sum(losses);
        const kernel::TopHits more = kernel::count_hits(logits, labels.labels.data(), labels.valid, n_classes);
        hits.top1 += more.top1;
        hits.top5 += more.top5;
    }
};

}  // namespace

std::optional<Assessment> assess(const Network& network, Parameters& parameters, const Device& device,
                                 const AssessmentData& data, const std::function<bool()>& poll) {
    const Shape& image = network.node(network.inputs()[0]).shape;
    const std::int64_t n_classes = network.node(network.outputs()[0]).shape.channels();
    BatchLoader loader(data.images, data.normalization, {data.batch, image[0], image[1], 0, {}});
    Executor executor(network, parameters, device, {data.batch, ExecutionMode::inference, false});
    Totals totals;
    for (std::int64_t b = 0; b < loader.n_batches(); ++b) {
        if (poll && !poll()) return std::nullopt;
        const BatchLabels& labels = loader.fill(0, b, executor.input());
        executor.forward();
        totals.add(executor.output().data(), labels, n_classes);
    }
    const auto n = static_cast<double>(data.images.size());
    return Assessment{totals.loss / n, 100.0 * static_cast<double>(totals.hits.top1) / n,
                      100.0 * static_cast<double>(totals.hits.top5) / n, data.images.size()};
}

}  // namespace hpnas
