#include "hpnas/kernel/loss.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hpnas/core/error.hpp"
#include "parallel.hpp"

namespace hpnas::kernel {
namespace {

/// Loss and gradient of one sample, in double: rows are short and this is not a hot loop.
void cross_entropy_row(const CrossEntropy& args, std::int64_t row, std::int64_t classes) {
    const float* logits = args.logits + row * classes;
    const float* targets = args.targets + row * classes;
    const double largest = *std::max_element(logits, logits + classes);
    double sum = 0, weighted = 0, weight = 0;
    for (std::int64_t j = 0; j < classes; ++j) {
        sum += std::exp(logits[j] - largest);
        weighted += static_cast<double>(targets[j]) * (logits[j] - largest);
        weight += static_cast<double>(targets[j]);
    }
    args.loss[row] = static_cast<float>(weight * std::log(sum) - weighted);
    if (args.diff_logits == nullptr) return;
    float* diff = args.diff_logits + row * classes;
    for (std::int64_t j = 0; j < classes; ++j)
        diff[j] = args.gradient_scale *
                  static_cast<float>(weight * std::exp(logits[j] - largest) / sum - static_cast<double>(targets[j]));
}

}  // namespace

void smooth_targets(const std::int64_t* labels, float smoothing, float* targets, std::int64_t n, std::int64_t classes) {
    std::fill_n(targets, n * classes, smoothing / static_cast<float>(classes));
    for (std::int64_t i = 0; i < n; ++i) {
        if (labels[i] < 0 || labels[i] >= classes)
            throw ShapeError(
                fmt::format("cross-entropy: label {} of sample {} is outside [0, {})", labels[i], i, classes));
        targets[i * classes + labels[i]] += 1.0F - smoothing;
    }
}

void softmax(float* logits, std::int64_t n, std::int64_t classes) {
    for (std::int64_t i = 0; i < n; ++i) {
        float* row = logits + i * classes;
        const double largest = static_cast<double>(*std::max_element(row, row + classes));
        double sum = 0;
        for (std::int64_t j = 0; j < classes; ++j) sum += std::exp(static_cast<double>(row[j]) - largest);
        for (std::int64_t j = 0; j < classes; ++j)
            row[j] = static_cast<float>(std::exp(static_cast<double>(row[j]) - largest) / sum);
    }
}

void softmax_cross_entropy(const CrossEntropy& args, std::int64_t n, std::int64_t classes) {
    const std::int64_t rows_per_block = std::max<std::int64_t>(1, 4096 / classes);
    for_blocks(n, rows_per_block, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t row = begin; row < end; ++row) cross_entropy_row(args, row, classes);
    });
}

TopHits count_hits(const float* logits, const std::int64_t* labels, std::int64_t n, std::int64_t classes) {
    TopHits hits;
    for (std::int64_t i = 0; i < n; ++i) {
        const float* row = logits + i * classes;
        const float own = row[labels[i]];
        std::int64_t ahead = std::isnan(own) ? classes : 0;
        for (std::int64_t j = 0; j < classes; ++j)
            if (j != labels[i] && (std::isnan(row[j]) || row[j] > own || (row[j] == own && j < labels[i]))) ++ahead;
        hits.top1 += ahead < 1 ? 1 : 0;
        hits.top5 += ahead < 5 ? 1 : 0;
    }
    return hits;
}

}  // namespace hpnas::kernel
