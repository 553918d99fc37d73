#include "hpnas/app/search_history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

struct ColumnInfo {
    const char *name, *unit, *doc;
};

/// In the order in which SearchHistory::add gives the numbers.
constexpr std::array<ColumnInfo, 17> columns{{
    {"epoch", "1", "from 0, warm-up included"},
    {"warm_up", "1", "1: weights only"},
    {"weight_loss", "nat", "cross-entropy that the weights were trained on"},
    {"gradient_norm", "1", "of the weights, before clipping"},
    {"loss_discrete", "nat", "L(z): loss of sampled architectures"},
    {"loss_relaxed", "nat", "L(zeta): loss at relaxed points"},
    {"correlation", "1", "of the steps' L(z) and L(zeta) over the epoch, so of batches and training too"},
    {"control_scale", "1", "factor of the control variate"},
    {"train_loss", "nat", "cross-entropy of the train batch as architectures were judged"},
    {"validation_loss", "nat", "of the validation batch"},
    {"gap", "nat", "validation_loss - train_loss"},
    {"share_above", "1", "examples with validation loss above the train loss"},
    {"share_skipped", "1", "options left out of the relaxed passes"},
    {"score_variance", "1", "variance of the gradient's score function part, summed over the logits, rank 0"},
    {"path_variance", "1", "of the part through the relaxed point"},
    {"entropy", "nat", "mean over the decisions"},
    {"latency_ms", "ms", "of the most likely architecture"},
}};

Table timing_table(const std::vector<double>& times) {
    std::vector<std::int64_t> epoch;
    std::vector<double> seconds, rate;
    for (std::size_t i = 0; i < times.size(); i += 2) {
        epoch.push_back(static_cast<std::int64_t>(i / 2));
        seconds.push_back(times[i]);
        rate.push_back(times[i + 1]);
    }
    return {"timing/gradient",
            "time of the epochs of a gradient search",
            {{"epoch", "1", "from 0", std::move(epoch), {}},
             {"seconds", "s", "wall time", std::move(seconds), {}},
             {"images_per_second", "1/s", "training images of all ranks", std::move(rate), {}}}};
}

}  // namespace

SearchHistory::SearchHistory(std::vector<std::string> terms, ChoiceGroups groups, std::vector<std::string> decisions)
    : terms_(std::move(terms)), groups_(std::move(groups)), decisions_(std::move(decisions)) {}

void SearchHistory::add(const EpochReport& report, double latency_ms, double seconds, double images) {
    const StepReport& mean = report.mean;
    const double entropy = std::accumulate(report.entropies.begin(), report.entropies.end(), 0.0) /
                           static_cast<double>(report.entropies.size());
    const std::array<double, columns.size()> row{static_cast<double>(report.epoch),
                                                 mean.warm_up ? 1.0 : 0.0,
                                                 mean.weight_loss,
                                                 mean.gradient_norm,
                                                 mean.loss.discrete,
                                                 mean.loss.relaxed,
                                                 report.correlation,
                                                 mean.loss.control_scale,
                                                 mean.train,
                                                 mean.validation,
                                                 mean.validation - mean.train,
                                                 mean.share_above,
                                                 mean.share_skipped,
                                                 report.score_variance,
                                                 report.path_variance,
                                                 entropy,
                                                 latency_ms};
    numbers_.insert(numbers_.end(), row.begin(), row.end());
    for (const TermReport& term : mean.more) numbers_.insert(numbers_.end(), {term.discrete, term.relaxed});
    probabilities_.insert(probabilities_.end(), report.probabilities.begin(), report.probabilities.end());
    times_.insert(times_.end(), {seconds, images / seconds});
    ++n_epochs_;
}

std::vector<Table> SearchHistory::tables() const {
    Table epochs{"gradient/epochs", "means over the steps of each epoch of the gradient search", {}};
    const std::size_t width = columns.size() + 2 * terms_.size();
    const auto add_column = [&](const std::string& name, const char* unit, const std::string& doc, std::size_t at) {
        std::vector<double> values;
        for (std::size_t e = 0; e < n_epochs_; ++e) values.push_back(numbers_[e * width + at]);
        epochs.columns.push_back({name, unit, doc, std::move(values), {}});
    };
    for (std::size_t i = 0; i < columns.size(); ++i) add_column(columns[i].name, columns[i].unit, columns[i].doc, i);
    for (std::size_t t = 0; t < terms_.size(); ++t) {
        const std::size_t at = columns.size() + 2 * t;
        add_column(terms_[t] + "_loss_discrete", "nat", "price of sampled architectures' " + terms_[t], at);
        add_column(terms_[t] + "_loss_relaxed", "nat", "price of its surrogate at relaxed points", at + 1);
    }

    std::vector<std::int64_t> epoch, decision, option;
    for (std::size_t e = 0; e < n_epochs_; ++e)
        for (std::size_t g = 0; g < groups_.count(); ++g)
            for (std::size_t k = 0; k < groups_.size(g); ++k) {
                epoch.push_back(static_cast<std::int64_t>(e));
                decision.push_back(static_cast<std::int64_t>(g));
                option.push_back(static_cast<std::int64_t>(k));
            }
    Table choices{"gradient/choices",
                  "probability of every option at the end of every epoch",
                  {{"epoch", "1", "from 0", std::move(epoch), {}},
                   {"decision", "1", "row of /space", std::move(decision), decisions_},
                   {"option", "1", "choice", std::move(option), {}},
                   {"probability", "1", "softmax of the logits", probabilities_, {}}}};
    return {std::move(epochs), std::move(choices), timing_table(times_)};
}

std::vector<NamedTensor> SearchHistory::state() const {
    return {{"history.numbers", numbers_}, {"history.probabilities", probabilities_}, {"history.times", times_}};
}

void SearchHistory::restore(std::span<const NamedTensor> state) {
    numbers_ = tensor_of<double>(state, "history.numbers");
    probabilities_ = tensor_of<double>(state, "history.probabilities");
    times_ = tensor_of<double>(state, "history.times");
    n_epochs_ = times_.size() / 2;
    if (numbers_.size() != n_epochs_ * (columns.size() + 2 * terms_.size()) ||
        probabilities_.size() != n_epochs_ * groups_.total())
        throw DataError("gradient search: the saved history is of another search");
}

}  // namespace hpnas
