#include "hpnas/supernet/relaxed_executor.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "hpnas/core/error.hpp"

namespace hpnas {

RelaxedExecutor::RelaxedExecutor(const Supernet& supernet, Parameters& parameters, const Device& device,
                                 std::int64_t batch, bool gradients)
    : supernet_(supernet),
      executor_(supernet.network, parameters, device,
                {.batch = batch, .input_gradients = gradients, .gradients = gradients}) {
    for (const Mixture& mixture : supernet.mixtures) skipped_.emplace_back(mixture.branches.size(), false);
}

void RelaxedExecutor::set_points(std::span<const double> points, double skip_below) {
    const std::size_t total = supernet_.groups.total(), rows = points.size() / total;
    if (points.size() != rows * total || (rows != 1 && rows != static_cast<std::size_t>(executor_.batch())))
        throw InternalError(fmt::format("supernet: expected points of 1 or {} rows of {} numbers, got {} numbers",
                                        executor_.batch(), total, points.size()));
    points_.assign(points.begin(), points.end());
    for (std::size_t m = 0; m < supernet_.mixtures.size(); ++m) set_mixture(m, skip_below);
    std::vector<NodeId> inactive;
    for (std::size_t m = 0; m < supernet_.mixtures.size(); ++m)
        for (std::size_t k = 0; k < skipped_[m].size(); ++k) {
            const std::vector<NodeId>& branch = supernet_.mixtures[m].branches[k];
            if (skipped_[m][k]) inactive.insert(inactive.end(), branch.begin(), branch.end());
        }
    executor_.set_inactive(inactive);
}

void RelaxedExecutor::set_mixture(std::size_t m, double skip_below) {
    const Mixture& mixture = supernet_.mixtures[m];
    const std::size_t options = mixture.branches.size(), total = supernet_.groups.total();
    const std::size_t rows = points_.size() / total;
    std::vector<double> weights(rows * options), largest(options, 0);
    for (std::size_t row = 0; row < rows; ++row) {
        const std::span own = std::span(weights).subspan(row * options, options);
        mixture_weights(supernet_.groups, mixture, std::span(points_).subspan(row * total, total), own);
        for (std::size_t k = 0; k < options; ++k) largest[k] = std::max(largest[k], own[k]);
    }
    const double most = *std::max_element(largest.begin(), largest.end());
    for (std::size_t k = 0; k < options; ++k)
        skipped_[m][k] = largest[k] == 0 || (largest[k] < skip_below && largest[k] < most);
    const std::span<float> input = executor_.input(mixture.input);
    for (std::size_t i = 0; i < input.size(); ++i)
        input[i] = skipped_[m][i % options] ? 0.0F : static_cast<float>(weights[i % weights.size()]);
}

void RelaxedExecutor::add_point_gradients(std::span<double> gradients) const {
    const std::size_t total = supernet_.groups.total(), rows = points_.size() / total;
    const auto batch = static_cast<std::size_t>(executor_.batch());
    for (const Mixture& mixture : supernet_.mixtures) {
        const std::span<const float> by_weights = executor_.input_gradient(mixture.input);
        const std::size_t options = mixture.branches.size(), examples_per_row = batch / rows;
        for (std::size_t row = 0; row < rows; ++row) {
            std::vector<double> sum(options, 0.0);
            for (std::size_t i = row * examples_per_row; i < (row + 1) * examples_per_row; ++i)
                for (std::size_t k = 0; k < options; ++k) sum[k] += static_cast<double>(by_weights[i * options + k]);
            add_mixture_gradient(supernet_.groups, mixture, std::span(points_).subspan(row * total, total), sum,
                                 gradients.subspan(row * total, total));
        }
    }
}

double RelaxedExecutor::share_skipped() const noexcept {
    std::size_t skipped = 0, all = 0;
    for (const std::vector<bool>& options : skipped_) {
        skipped += static_cast<std::size_t>(std::count(options.begin(), options.end(), true));
        all += options.size();
    }
    return static_cast<double>(skipped) / static_cast<double>(all);
}

}  // namespace hpnas
