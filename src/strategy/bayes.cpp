#include "hpnas/strategy/bayes.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "hpnas/strategy/batch_selector.hpp"
#include "hpnas/strategy/marginal_likelihood.hpp"
#include "hpnas/strategy/robust_targets.hpp"

namespace hpnas {
namespace {

constexpr std::array<std::string_view, 2> designs{"sobol", "random"};
constexpr std::array<std::string_view, 4> liars{"believer", "min", "mean", "max"};

/// Of the candidates that climb to their neighbours in one round.
constexpr std::size_t climbers = 5;
/// Members whose latency is looked at to find its range.
constexpr std::size_t range_sample = 4096;

/// nullopt: the posterior mean.
std::optional<double> lie_value(const std::string& liar, const std::vector<double>& targets) {
    if (liar == "min") return *std::min_element(targets.begin(), targets.end());
    if (liar == "max") return *std::max_element(targets.begin(), targets.end());
    if (liar == "mean") return 0.0;
    return std::nullopt;
}

std::size_t count(std::int64_t n) { return static_cast<std::size_t>(n); }

}  // namespace

void BayesOptions::visit(OptionVisitor& v) {
    v.integer({"initial", "candidates chosen by the design before the model", 1, 1e6}, initial);
    v.choice({"design", "how the initial candidates are spread"}, design, designs);
    v.integer({"objective", "index of the objective that is minimised", 0, 1000}, objective);
    v.integer({"members", "random members of the pool scored per ask", 1, 1e6}, members);
    v.integer({"elite", "best results whose surroundings are scored", 0, 1000}, elite);
    v.integer({"crossovers", "crossovers of the elite tried per ask", 0, 1e6}, crossovers);
    v.integer({"mutants", "mutants of the elite tried per ask", 0, 1e6}, mutants);
    v.integer({"climbs", "rounds of climbing from the best-scored to their neighbours", 0, 100}, climbs);
    v.choice({"liar", "result assumed for candidates in flight (believer: the model's mean)"}, liar, liars);
    v.integer({"fit_points", "results at most used to fit the model's parameters", 2, 10000}, fit_points);
    v.integer({"fit_restarts", "random starts of a fit besides the last fit and the prior", 0, 100}, fit_restarts);
    v.number({"refit_growth", "refit when the results grew by this fraction", 0, 10}, refit_growth);
}

BayesSearch::BayesSearch(BayesOptions options, StrategyContext context)
    : Strategy(std::move(context)),
      options_(std::move(options)),
      region_(Strategy::context()),
      design_(make_design(options_.design, Strategy::context())) {
    check_objective(options_.objective);
}

void BayesSearch::observe(const Candidate& asked, const Evaluation& result) {
    const bool ok = result.status == EvalStatus::ok;
    std::erase(flying_, asked.encoding);
    told_.push_back({asked, ok ? std::optional(result.objectives.at(count(options_.objective))) : std::nullopt});
    n_ok_ += ok ? 1 : 0;
}

std::vector<Candidate> BayesSearch::propose(std::size_t n) {
    std::vector<Candidate> out;
    batch_.clear();
    // The initial candidates, and more of them as long as there is no result to learn from.
    propose_by_design(n_ok_ == 0 ? n : std::min(n, initial_left()), out);
    if (out.size() < n && n_ok_ > 0) propose_by_model(n - out.size(), out);
    // A region that is hard to hit: the design tries longer.
    propose_by_design(n, out);
    // With results still to come there may be new neighbours to propose later.
    if (n > 0 && out.empty() && flying_.empty()) exhausted_ = true;
    for (const Candidate& candidate : out) flying_.push_back(candidate.encoding);
    n_proposed_ += out.size();
    return out;
}

std::size_t BayesSearch::initial_left() const {
    const std::size_t initial = count(options_.initial);
    return n_proposed_ < initial ? initial - n_proposed_ : 0;
}

void BayesSearch::propose_by_design(std::size_t n, std::vector<Candidate>& out) {
    while (!design_done_ && out.size() < n) {
        std::optional<Encoding> x = design_->next(region_, [this](const Encoding& y) { return is_taken(y); });
        design_done_ = !x;
        if (!x) return;
        batch_.insert(*x);
        out.push_back({-1, std::move(*x), {}});
    }
}

void BayesSearch::propose_by_model(std::size_t n, std::vector<Candidate>& out) {
    make_features();
    const std::vector<double> y = targets();
    GaussianProcess process = fitted_process(y);
    // The lowest posterior mean rather than the lowest observation, which may be a lucky draw of the noise.
    const std::vector<double> smoothed = process.fitted();
    BatchSelector selector(process, *features_, *std::min_element(smoothed.begin(), smoothed.end()));
    const std::optional<double> lie = lie_value(options_.liar, y);
    for (const Encoding& x : flying_) selector.lie(x, lie);
    for (const Candidate& candidate : out) selector.lie(candidate.encoding, lie);

    constexpr std::uint64_t first_stream = 2;  // 0 and 1: the design and the fit
    Rng rng(context().seed, Purpose::strategy, first_stream + n_proposed_);
    CandidateSource source(
        region_, [this](const Encoding& x) { return is_taken(x); }, rng);
    selector.add(
        source.gather(elite(), {count(options_.members), count(options_.crossovers), count(options_.mutants)}));
    for (std::int64_t i = 0; i < options_.climbs; ++i) selector.add(source.around(selector.top(climbers)));

    for (std::size_t i = 0; i < n; ++i) {
        std::optional<Candidate> chosen = selector.take();
        if (!chosen) return;
        batch_.insert(chosen->encoding);
        if (i + 1 < n) selector.lie(chosen->encoding, lie);
        out.push_back(std::move(*chosen));
    }
}

void BayesSearch::make_features() {
    if (features_) return;
    std::vector<KnownFeature> known;
    if (context().latency_ms) {
        KnownFeature latency{context().latency_ms, std::numeric_limits<double>::infinity(),
                             -std::numeric_limits<double>::infinity()};
        const auto include = [&](const Encoding& x) {
            const double value = latency.value(x);
            if (!std::isfinite(value)) return;
            latency.low = std::min(latency.low, value);
            latency.high = std::max(latency.high, value);
        };
        for (const Told& told : told_) include(told.candidate.encoding);
        if (const std::vector<Encoding>* members = region_.members())
            for (std::size_t i = 0; i < std::min(members->size(), range_sample); ++i) include((*members)[i]);
        known.push_back(std::move(latency));
    }
    features_.emplace(context().decisions, std::move(known));
}

std::vector<double> BayesSearch::targets() const {
    std::vector<std::optional<double>> values;
    for (const Told& told : told_) values.push_back(told.value);
    return robust_targets(values);
}

GaussianProcess BayesSearch::fitted_process(const std::vector<double>& targets) {
    GpData data{features_->group(), features_->groups(), {features_->width(), {}}, targets};
    for (const Told& told : told_) data.x.append((*features_)(told.candidate.encoding));
    const double due = static_cast<double>(fitted_at_) * (1.0 + options_.refit_growth);
    if (!parameters_ || (told_.size() > fitted_at_ && static_cast<double>(told_.size()) >= due)) {
        const GpFitOptions fit{
            .max_points = count(options_.fit_points), .restarts = count(options_.fit_restarts), .seed = context().seed};
        parameters_ =
            fit_hyperparameters(data, GpPrior::for_groups(data.groups), fit, parameters_ ? &*parameters_ : nullptr);
        fitted_at_ = told_.size();
    }
    GaussianProcess process(data.group, *parameters_);
    process.condition(data.x, data.y);
    return process;
}

std::vector<Candidate> BayesSearch::elite() const {
    std::vector<const Told*> order;
    for (const Told& told : told_)
        if (told.value) order.push_back(&told);
    std::stable_sort(order.begin(), order.end(), [](const Told* a, const Told* b) { return *a->value < *b->value; });
    std::vector<Candidate> result;
    for (std::size_t i = 0; i < std::min(order.size(), count(options_.elite)); ++i)
        result.push_back(order[i]->candidate);
    return result;
}

}  // namespace hpnas
