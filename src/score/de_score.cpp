#include "hpnas/score/de_score.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>
#include <utility>

#include "hpnas/config/scalar.hpp"
#include "hpnas/core/error.hpp"
#include "hpnas/score/attention_layers.hpp"
#include "hpnas/score/builtin.hpp"
#include "hpnas/score/probe.hpp"

namespace hpnas {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
enum Domain : int { any_network, without_attention, with_attention };

/// A key of a score's map that is ours, taken out of it.
std::string take(ConfigNode& map, std::string_view key, const std::string& otherwise) {
    const ConfigNode* found = map.find(key);
    const std::string value = found != nullptr ? found->scalar : otherwise;
    std::erase_if(map.map, [&](const auto& item) { return item.first == key; });
    return value;
}

double number_of(const std::string& text, const Location& where, Diagnostics& diagnostics) {
    try {
        std::size_t end = 0;
        const double value = std::stod(text, &end);
        if (end == text.size() && std::isfinite(value)) return value;
    } catch (const std::exception&) {
    }
    diagnostics.add(where, "de_score.scores", fmt::format("weight: expected a number, got '{}'", text));
    return 0;
}

}  // namespace

void DeScoreWeights::visit(OptionVisitor& v) {
    v.number({"expressivity", "of networks without attention", 0}, expressivity);
    v.number({"complexity", "of networks without attention: conditioning of the tangent kernel", 0}, complexity);
    v.number({"diversity", "of networks with attention", 0}, diversity);
    v.number({"saliency", "of all networks", 0}, saliency);
    v.number(
        {"latency", "of all networks; needs a latency model. In compat mode per ms, not used without attention", 0},
        latency);
}

void DeScoreOptions::visit(OptionVisitor& v) {
    static constexpr std::array<std::string_view, 3> modes{"fixed", "rank", "compat"};
    v.choice({"mode", "fixed: robust z-scores added up; rank: logarithms of ranks added up; compat: DE-NAS's formulas"},
             mode, modes);
    v.group({"weights", "how much each aspect counts; 0 leaves it out"}, weights);
    v.subtree({"scores",
               "modes fixed and rank: list of scores to combine instead of the aspects; each a name or a map {name, "
               "weight (1), log (false), options...}"},
              scores);
    v.integer({"reference", "random networks of the space by which terms are put on one scale", 2, 100000}, reference);
}

struct DeScore::Term {
    std::unique_ptr<Score> score;
    double weight = 1;
    int domain = any_network;
    bool logarithm = false;
    DeScoreScale scale{};

    double sign() const { return score->info().larger_is_better ? 1 : -1; }
};

DeScore::~DeScore() = default;

DeScore::DeScore(DeScoreOptions options) : options_(std::move(options)) {
    info_ = {.name = "de_score",
             .version = 1,
             .larger_is_better = true,
             .unit = "1",
             .needs_labels = false,
             .doc = "DE-NAS's score: expressivity, complexity, diversity and saliency against latency"};
    names_.emplace_back("attention");
    if (options_.mode == "compat" && options_.scores.kind != ConfigNode::Kind::null)
        throw ConfigError("de_score: scores: expected none in mode compat, whose terms are DE-NAS's");
    if (options_.mode == "compat")
        add_compat();
    else if (options_.scores.kind != ConfigNode::Kind::null)
        add_listed();
    else
        add_automatic();
    if (terms_.empty()) throw ConfigError("de_score: all weights are 0: nothing is left to score by");
}

void DeScore::add(const std::string& score, double weight, int domain, bool logarithm) {
    if (weight == 0) return;
    Diagnostics diagnostics;
    Term term{scores().make(parse_yaml(score, "de_score"), "de_score", diagnostics), weight, domain, logarithm};
    diagnostics.throw_if_any();
    names_.push_back(term.score->info().name);
    terms_.push_back(std::move(term));
}

void DeScore::add_automatic() {
    const DeScoreWeights& w = options_.weights;
    // Heavy tails as logarithms; zen, synflow, diversity and saliency are logarithms already.
    add("zen", w.expressivity, without_attention, false);
    add("ntk", w.complexity, without_attention, true);
    add("synflow", w.saliency, without_attention, false);
    add("diversity", w.diversity, with_attention, false);
    add("saliency", w.saliency, with_attention, false);
    add("latency", w.latency, any_network, true);
}

void DeScore::add_compat() {
    const DeScoreWeights& w = options_.weights;
    if (w.saliency == 0 && w.expressivity > 0)
        throw ConfigError(
            "de_score: mode compat divides expressivity by saliency: give weights.saliency another value "
            "than 0, or weights.expressivity the value 0 too (networks with attention have none)");
    add("{name: expressivity, repeats: 1, batch: 64, links: remove}", w.expressivity, without_attention, false);
    add("denas_condition", w.complexity, without_attention, false);
    add("denas_saliency", w.saliency, any_network, false);
    add("denas_diversity", w.diversity, with_attention, false);
    add("latency", w.latency, with_attention, false);
}

void DeScore::add_listed() {
    Diagnostics diagnostics;
    if (options_.scores.kind != ConfigNode::Kind::sequence)
        diagnostics.add(options_.scores.where, "de_score.scores", "expected a list");
    for (ConfigNode node : options_.scores.sequence) {
        Term term;
        const Location where = node.where;
        if (node.kind == ConfigNode::Kind::map) {
            term.weight = number_of(take(node, "weight", "1"), where, diagnostics);
            const std::string log = take(node, "log", "false");
            if (!parse_boolean(log))
                diagnostics.add(where, "de_score.scores", fmt::format("log: expected true or false, got '{}'", log));
            term.logarithm = parse_boolean(log).value_or(false);
        }
        term.score = scores().make(node, "de_score.scores", diagnostics);
        if (term.score == nullptr) continue;
        if (dynamic_cast<const CompositeScore*>(term.score.get()) != nullptr)
            diagnostics.add(where, "de_score.scores", "expected scores that are not combinations themselves");
        if (std::find(names_.begin(), names_.end(), term.score->info().name) != names_.end())
            diagnostics.add(where, "de_score.scores", fmt::format("'{}' is there twice", term.score->info().name));
        names_.push_back(term.score->info().name);
        terms_.push_back(std::move(term));
    }
    diagnostics.throw_if_any();
}

bool DeScore::applies(const Term& term, bool attention) const noexcept {
    return term.domain == any_network || (term.domain == with_attention) == attention;
}

std::vector<double> DeScore::compute_terms(ScoreProbe& probe) const {
    const bool attention = AttentionLayers(probe.network()).any();
    std::vector<double> values{attention ? 1.0 : 0.0};
    for (const Term& term : terms_) {
        if (term.score->info().name == "latency" && applies(term, attention) && !probe.settings().latency_ms)
            throw ConfigError("de_score: weights.latency needs a latency model: add the key 'latency'");
        const auto value = applies(term, attention) ? term.score->compute(probe) : std::nullopt;
        values.push_back(value.value_or(unknown));
    }
    return values;
}

double DeScore::combine(std::span<const double> terms) const {
    if (options_.mode == "compat") return compat(terms);
    double sum = 0;
    bool any = false;
    for (std::size_t i = 0; i < terms_.size(); ++i) {
        const Term& term = terms_[i];
        if (!applies(term, terms[0] > 0)) continue;
        any = true;
        const double value = term.sign() * (term.logarithm ? std::log(terms[i + 1]) : terms[i + 1]);
        sum += term.weight * (options_.mode == "rank" ? term.scale.log_rank(value) : term.scale.standardised(value));
    }
    return any ? sum : unknown;
}

std::size_t DeScore::index(std::string_view name) const {
    return static_cast<std::size_t>(std::find(names_.begin(), names_.end(), name) - names_.begin());
}

double DeScore::compat(std::span<const double> terms) const {
    const auto weighted = [&](std::string_view name) {
        const std::size_t i = index(name);
        return i == names_.size() ? 0.0 : terms_[i - 1].weight * terms[i];
    };
    const double saliency = weighted("denas_saliency");
    if (terms[0] > 0) return (weighted("denas_diversity") + saliency) / (1 + weighted("latency"));
    const double expressivity = weighted("expressivity");
    return (expressivity == 0 ? 0 : expressivity / saliency) - weighted("denas_condition");
}

void DeScore::set_reference(std::span<const std::vector<double>> sample) {
    if (sample.empty()) return;
    // A network that found no memory has no values and says nothing, not even whether it has attention.
    const auto scored = std::ranges::find_if(sample, [](const auto& row) { return !std::isnan(row[0]); });
    if (scored == sample.end())
        throw DataError(
            fmt::format("de_score: none of the {} networks of the reference sample fits into memory; raise "
                        "memory_limit_mib or lower the batch",
                        sample.size()));
    bool any = false;
    for (std::size_t i = 0; i < terms_.size(); ++i) {
        Term& term = terms_[i];
        std::vector<double> values;
        bool wanted = false;
        for (const std::vector<double>& row : sample) {
            if (std::isnan(row[0]) || !applies(term, row[0] > 0)) continue;
            wanted = true;
            const double value = term.sign() * (term.logarithm ? std::log(row[i + 1]) : row[i + 1]);
            if (std::isfinite(value)) values.push_back(value);
        }
        if (!wanted) continue;
        any = true;
        if (values.empty())
            throw DataError(
                fmt::format("de_score: {} is not defined for any of the {} networks of the reference sample; "
                            "give it the weight 0, or another score",
                            names_[i + 1], sample.size()));
        term.scale = DeScoreScale(values);
    }
    if (!any)
        throw ConfigError(
            fmt::format("de_score: weights: none of its terms applies to networks {} attention: give {} a weight",
                        scored->front() > 0 ? "with" : "without",
                        scored->front() > 0 ? "diversity or saliency" : "expressivity, complexity or saliency"));
}

}  // namespace hpnas
