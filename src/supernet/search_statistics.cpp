#include "hpnas/supernet/search_statistics.hpp"

#include <cmath>
#include <limits>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

constexpr std::size_t n_counts = 4;  // reports, gradients, last step, warm-up

constexpr std::size_t n_numbers = 12;
constexpr std::size_t n_of_term = 2;

/// Every number of a report that has a mean.
std::vector<double*> numbers(StepReport& report) {
    TermReport& loss = report.loss;
    std::vector<double*> all{&report.weight_loss,   &report.gradient_norm, &loss.discrete,      &loss.relaxed,
                             &loss.discrete_square, &loss.relaxed_square,  &loss.product,       &loss.control_scale,
                             &report.train,         &report.validation,    &report.share_above, &report.share_skipped};
    for (TermReport& term : report.more) all.insert(all.end(), {&term.discrete, &term.relaxed});
    return all;
}

double correlation(const TermReport& mean) {
    const double covariance = mean.product - mean.discrete * mean.relaxed;
    const double squares =
        (mean.discrete_square - mean.discrete * mean.discrete) * (mean.relaxed_square - mean.relaxed * mean.relaxed);
    return squares > 0 ? covariance / std::sqrt(squares) : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

SearchStatistics::SearchStatistics(std::size_t total, std::size_t n_more) : total_(total), n_more_(n_more) { clear(); }

void SearchStatistics::clear() { sums_.assign(n_counts + n_numbers + n_of_term * n_more_ + 4 * total_, 0.0); }

void SearchStatistics::add(const StepReport& report) {
    if (report.more.size() != n_more_) throw InternalError("search statistics: a report of other terms");
    sums_[0] += 1;
    sums_[2] = static_cast<double>(report.step);
    sums_[3] = report.warm_up ? 1 : 0;
    std::size_t at = n_counts;
    StepReport values = report;
    for (const double* number : numbers(values)) sums_[at++] += *number;
}

void SearchStatistics::add_gradient(std::span<const double> score, std::span<const double> path) {
    sums_[1] += 1;
    double* at = sums_.data() + n_counts + n_numbers + n_of_term * n_more_;
    for (const std::span<const double> part : {score, path}) {
        for (std::size_t i = 0; i < total_; ++i) {
            at[i] += part[i];
            at[total_ + i] += part[i] * part[i];
        }
        at += 2 * total_;
    }
}

double SearchStatistics::variance(std::size_t part) const {
    const double n = sums_[1];
    if (n < 2) return 0;
    const double* sum = sums_.data() + n_counts + n_numbers + n_of_term * n_more_ + part * 2 * total_;
    double result = 0;
    for (std::size_t i = 0; i < total_; ++i) result += (sum[total_ + i] - sum[i] * sum[i] / n) / (n - 1);
    return result;
}

EpochReport SearchStatistics::report() const {
    EpochReport result;
    result.mean.step = static_cast<std::int64_t>(sums_[2]);
    result.mean.warm_up = sums_[3] != 0;
    result.mean.more.resize(n_more_);
    std::size_t at = n_counts;
    for (double* number : numbers(result.mean)) *number = sums_[at++] / sums_[0];
    result.correlation = correlation(result.mean.loss);
    result.score_variance = variance(0);
    result.path_variance = variance(1);
    return result;
}

void SearchStatistics::restore(std::span<const double> state) {
    if (state.size() != sums_.size()) throw InternalError("search statistics: a state of another search");
    sums_.assign(state.begin(), state.end());
}

}  // namespace hpnas
