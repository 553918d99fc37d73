#include "hpnas/eval/score_set.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <limits>
#include <set>

#include "hpnas/score/builtin.hpp"
#include "hpnas/search/quantity_names.hpp"

namespace hpnas {
namespace {

/// Why a label cannot name a column of the tables that scores are written to; empty: it can.
std::string mistake_in(const std::string& label) {
    static constexpr std::array<std::string_view, 4> taken{"aggregate", "arch", "line", "score_seconds"};
    const auto fits = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-'; };
    if (label.empty() || !std::all_of(label.begin(), label.end(), fits))
        return fmt::format("expected a name of letters, digits, '_' and '-', got '{}'", label);
    if (is_reserved_name(label) || std::ranges::find(taken, label) != taken.end())
        return fmt::format("'{}' is a column of the results already; name the score otherwise", label);
    return "";
}

ScoreSet::Entry make_entry(const ConfigNode& node, Diagnostics& diagnostics) {
    auto [component, label] = split_label(node);
    ScoreSet::Entry entry;
    entry.label = label;
    entry.score = scores().make(component, "score", diagnostics);
    entry.composite = dynamic_cast<CompositeScore*>(entry.score.get());
    if (entry.composite != nullptr) entry.n_raw = entry.composite->terms().size();
    return entry;
}

}  // namespace

std::pair<ConfigNode, std::string> split_label(const ConfigNode& score) {
    if (score.kind != ConfigNode::Kind::map) return {score, score.scalar};
    ConfigNode component = score;
    std::string label;
    if (const ConfigNode* name = score.find("name")) label = name->scalar;
    if (const ConfigNode* as = score.find("as")) label = as->scalar;
    std::erase_if(component.map, [](const auto& item) { return item.first == "as"; });
    return {std::move(component), std::move(label)};
}

ConfigNode resolve_score(const ConfigNode& score, std::string_view path, Diagnostics& diagnostics) {
    if (score.kind == ConfigNode::Kind::null) return score;
    if (score.kind == ConfigNode::Kind::sequence) {
        ConfigNode list = score;
        for (std::size_t i = 0; i < list.sequence.size(); ++i)
            list.sequence[i] = resolve_score(list.sequence[i], fmt::format("{}.{}", path, i), diagnostics);
        return list;
    }
    ConfigNode resolved = scores().resolve(split_label(score).first, path, diagnostics);
    if (const ConfigNode* as = score.find("as"); as != nullptr && resolved.kind == ConfigNode::Kind::map)
        resolved.map.emplace_back("as", *as);
    return resolved;
}

ScoreSet::ScoreSet(const std::vector<ConfigNode>& nodes) {
    Diagnostics diagnostics;
    std::set<std::string> taken;
    for (const ConfigNode& node : nodes) {
        Entry entry = make_entry(node, diagnostics);
        if (entry.score == nullptr) continue;
        if (const std::string mistake = mistake_in(entry.label); !mistake.empty())
            diagnostics.add(node.where, "score", mistake);
        entry.first_raw = raw_names_.size();
        std::vector<std::string> columns{entry.label};
        if (entry.composite != nullptr)
            for (const std::string& term : entry.composite->terms()) columns.push_back(entry.label + "_" + term);
        raw_names_.insert(raw_names_.end(), columns.begin() + (entry.composite != nullptr ? 1 : 0), columns.end());
        for (const std::string& column : columns)
            if (!taken.insert(column).second)
                diagnostics.add(node.where, "score",
                                fmt::format("'{}' is there twice; tell them apart by the key 'as'", column));
        entries_.push_back(std::move(entry));
    }
    diagnostics.throw_if_any();
}

const ScoreSet::Entry* ScoreSet::find(std::string_view label) const noexcept {
    const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) { return e.label == label; });
    return found == entries_.end() ? nullptr : &*found;
}

bool ScoreSet::uses(std::string_view score) const noexcept {
    return std::ranges::any_of(entries_, [&](const Entry& entry) {
        if (entry.composite == nullptr) return entry.score->info().name == score;
        const std::span<const std::string> terms = entry.composite->terms();
        return std::ranges::find(terms, score) != terms.end();
    });
}

std::optional<std::vector<double>> ScoreSet::raw_values(ScoreProbe& probe, const std::function<bool()>& go_on) const {
    std::vector<double> raw;
    for (const Entry& entry : entries_) {
        if (go_on && !go_on()) return std::nullopt;
        if (entry.composite == nullptr) {
            raw.push_back(entry.score->compute(probe).value_or(std::numeric_limits<double>::quiet_NaN()));
            continue;
        }
        const std::vector<double> terms = entry.composite->compute_terms(probe);
        raw.insert(raw.end(), terms.begin(), terms.end());
    }
    return raw;
}

double ScoreSet::value(const Entry& entry, std::span<const double> raw) const {
    const std::span<const double> own = raw.subspan(entry.first_raw, entry.n_raw);
    const double value = entry.composite == nullptr ? own.front() : entry.composite->combine(own);
    return std::isfinite(value) ? value : std::numeric_limits<double>::quiet_NaN();
}

std::int64_t ScoreSet::reference_size() const noexcept {
    std::int64_t size = 0;
    for (const Entry& entry : entries_)
        if (entry.composite != nullptr) size = std::max(size, entry.composite->reference_size());
    return size;
}

void ScoreSet::set_reference(std::span<const std::vector<double>> sample) {
    for (const Entry& entry : entries_) {
        if (entry.composite == nullptr || entry.composite->reference_size() == 0) continue;
        std::vector<std::vector<double>> own;
        for (const std::vector<double>& row : sample) {
            const auto first = row.begin() + static_cast<std::ptrdiff_t>(entry.first_raw);
            own.emplace_back(first, first + static_cast<std::ptrdiff_t>(entry.n_raw));
        }
        entry.composite->set_reference(own);
    }
}

}  // namespace hpnas
