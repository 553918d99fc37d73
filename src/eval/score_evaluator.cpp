#include "hpnas/eval/score_evaluator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <memory>
#include <utility>

#include "hpnas/config/nearest.hpp"
#include "hpnas/core/error.hpp"
#include "hpnas/eval/candidate_costs.hpp"
#include "hpnas/eval/score_data.hpp"

namespace hpnas {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

std::size_t index_of(const std::vector<Quantity>& list, std::string_view name) {
    const auto found = std::find_if(list.begin(), list.end(), [&](const Quantity& q) { return q.name == name; });
    return static_cast<std::size_t>(found - list.begin());
}

std::vector<ConfigNode> score_nodes(const ScoreEvaluatorOptions& options) {
    std::vector<ConfigNode> nodes{options.score};
    if (options.extra.kind == ConfigNode::Kind::sequence)
        nodes.insert(nodes.end(), options.extra.sequence.begin(), options.extra.sequence.end());
    else if (options.extra.kind != ConfigNode::Kind::null)
        nodes.push_back(options.extra);
    return nodes;
}

const EvaluatorContext& checked(const EvaluatorContext& context, const ScoreEvaluatorOptions& options) {
    if (context.space == nullptr || context.device == nullptr)
        throw ConfigError("objective 'score': needs a space and a device");
    check_cost_models(options.limits, context, "objective 'score'");
    return context;
}

}  // namespace

ScoreEvaluatorOptions::ScoreEvaluatorOptions() {
    score.kind = ConfigNode::Kind::scalar;
    score.scalar = "de_score";
}

void ScoreEvaluatorOptions::visit(OptionVisitor& v) {
    v.subtree({"score", "what is searched for: name and options (hpnas list scores)"}, score);
    v.subtree({"extra", "list of further scores, stored as metrics; the key 'as' names scores of one name apart"},
              extra);
    v.texts({"objectives",
             "further objectives for strategies of many: latency, energy, params, macs, memory, layers, or a score of "
             "'extra'"},
            objectives);
    v.integer({"batch", "samples that a score looks at", 1, 65536}, batch);
    v.integer({"repeats", "random initialisations; the score is their mean", 1, 1000}, repeats);
    v.group({"limits", "bounds; a candidate outside is not scored"}, limits);
}

std::uint64_t score_seed(std::uint64_t run_seed, std::int64_t repeat) noexcept {
    Rng rng(run_seed, Purpose::score, static_cast<std::uint64_t>(repeat));
    const std::uint64_t high = rng();
    return (high << 32) | rng();
}

ScoreEvaluator::ScoreEvaluator(ScoreEvaluatorOptions options, const EvaluatorContext& context)
    : options_(std::move(options)),
      context_(checked(context, options_)),
      limits_(limited_quantities(options_.limits, *context_.space)),
      scores_(score_nodes(options_)),
      metrics_(cost_metrics().begin(), cost_metrics().end()) {
    metrics_.insert(metrics_.end(), context_.space->counts().begin(), context_.space->counts().end());
    if (context_.task != nullptr) data_ = ScoreData(*context_.task);
    for (const ScoreSet::Entry& entry : scores_.entries()) {
        const ScoreInfo& info = entry.score->info();
        if (info.name == "latency" && context_.latency == nullptr)
            throw ConfigError(
                "objective 'score': the score latency needs a latency model: add the key 'latency' (hpnas "
                "score: the option --latency)");
        score_columns_.push_back(index_of(metrics_, entry.label));
        if (score_columns_.back() == metrics_.size())
            metrics_.push_back({entry.label, info.unit, info.doc, info.larger_is_better, info.version});
        else if (entry.label != info.name)
            throw ConfigError(
                fmt::format("objective 'score': '{}' is a metric already; name the score otherwise", entry.label));
    }
    for (const ScoreSet::Entry& entry : scores_.entries())
        for (std::size_t i = 0; entry.composite != nullptr && i < entry.n_raw; ++i) {
            term_columns_.emplace_back(entry.first_raw + i, metrics_.size());
            metrics_.push_back(
                {scores_.raw_names()[entry.first_raw + i], "1", "a term of " + entry.label + " as it was computed"});
        }
    metrics_.push_back({"score_seconds", "s", "time spent on the scores"});
    const ScoreSet::Entry& searched = scores_.entries().front();
    add_objective(searched.label, searched.score->info().larger_is_better);
    for (const std::string& name : options_.objectives) {
        const std::size_t metric = index_of(metrics_, cost_metric_of(name));
        add_objective(cost_metric_of(name), metric < metrics_.size() && metrics_[metric].maximise);
    }
}

std::vector<ObjectiveReading> ScoreEvaluator::readings() const {
    std::vector<ObjectiveReading> list;
    for (std::size_t i = 0; i < objective_metrics_.size(); ++i)
        list.push_back({objective_metrics_[i], maximised_[i], objectives_[i].unit});
    return list;
}

std::vector<std::string> ScoreEvaluator::facts() const {
    std::vector<std::string> lines;
    for (const ScoreSet::Entry& entry : scores_.entries())
        lines.push_back(fmt::format("facts.score_version.{}={}", entry.label, entry.score->info().version));
    if (context_.energy != nullptr)
        for (std::string& fact : context_.energy->facts()) lines.push_back(std::move(fact));
    return lines;
}

void ScoreEvaluator::add_objective(const std::string& name, bool maximise) {
    const std::size_t metric = index_of(metrics_, name);
    if (metric + 1 >= metrics_.size()) {  // the last one is a time
        std::vector<std::string_view> known;
        for (std::size_t i = 0; i + 1 < metrics_.size(); ++i) known.push_back(metrics_[i].name);
        throw ConfigError(fmt::format("objective 'score': objectives: {}", unknown_name(name, known)));
    }
    check_cost_model(name, context_, "objective 'score': objectives");
    const Quantity& q = metrics_[metric];
    if (std::find(objective_metrics_.begin(), objective_metrics_.end(), name) != objective_metrics_.end())
        throw ConfigError(fmt::format("objective 'score': objectives: '{}' is there twice", name));
    objectives_.push_back({"objective_" + name, q.unit, maximise ? "-" + name : name});
    maximised_.push_back(maximise);
    objective_metrics_.push_back(name);
    objective_columns_.push_back(metric);
}

std::optional<std::vector<double>> ScoreEvaluator::score(const Network& network, double latency_ms,
                                                         const Poll& poll) const {
    std::vector<double> mean(scores_.raw_names().size(), 0.0);
    const Shape& output = network.node(network.outputs().front()).shape;
    for (std::int64_t repeat = 0; repeat < options_.repeats; ++repeat) {
        ProbeSettings settings;
        settings.batch = options_.batch;
        settings.seed = score_seed(context_.seed, repeat);
        settings.classes = output.channels();
        if (data_)
            settings.data = [this, repeat](const Shape& input, std::int64_t batch) {
                return data_(repeat, input, batch);
            };
        if (context_.pretrained) settings.weights = context_.pretrained(network);
        if (context_.latency != nullptr) settings.latency_ms = latency_ms;
        ScoreProbe probe(network, *context_.device, std::move(settings));
        const auto raw = scores_.raw_values(probe, poll);
        if (!raw) return std::nullopt;
        for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += (*raw)[i] / static_cast<double>(options_.repeats);
    }
    return mean;
}

std::optional<std::vector<double>> ScoreEvaluator::raw_values(const Encoding& x, const Poll& poll) const {
    const Network network = context_.space->decode(x);
    // Measuring one takes time: only if a score asks for it, and before a probe holds memory.
    const bool timed = context_.latency != nullptr && scores_.uses("latency");
    return score(network, timed ? context_.latency->predict(network, x).count() : unknown, poll);
}

std::optional<Evaluation> ScoreEvaluator::do_evaluate(const Candidate& candidate, const Poll& poll) {
    const Network network = context_.space->decode(candidate.encoding);
    const CandidateCost cost = candidate_costs(network, candidate.encoding, context_, limits_);
    Evaluation evaluation;
    evaluation.metrics = limited_values(cost);
    evaluation.metrics.resize(metrics_.size(), unknown);
    if (auto reason = refusal(cost, context_, limits_)) {
        evaluation.status = EvalStatus::infeasible;
        evaluation.reason = std::move(*reason);
        return evaluation;
    }
    const auto start = std::chrono::steady_clock::now();
    const auto raw = score(network, cost.latency_ms, poll);
    if (!raw) return std::nullopt;
    for (std::size_t i = 0; i < score_columns_.size(); ++i)
        evaluation.metrics[score_columns_[i]] = scores_.value(scores_.entries()[i], *raw);
    for (const auto& [term, column] : term_columns_) evaluation.metrics[column] = (*raw)[term];
    evaluation.metrics.back() = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    set_objectives(evaluation);
    return evaluation;
}

void ScoreEvaluator::set_objectives(Evaluation& evaluation) const {
    for (std::size_t i = 0; i < objective_columns_.size(); ++i) {
        const double value = evaluation.metrics[objective_columns_[i]];
        if (std::isnan(value)) {
            evaluation.status = EvalStatus::failed;
            evaluation.reason = fmt::format("score {} is not defined for this network", objective_metrics_[i]);
        }
        evaluation.objectives.push_back(maximised_[i] ? -value : value);
    }
}

}  // namespace hpnas
