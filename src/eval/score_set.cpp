#include "hpnas/eval/score_set.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "hpnas/score/builtin.hpp"

namespace hpnas {
namespace {

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
    for (const ConfigNode& node : nodes) {
        Entry entry = make_entry(node, diagnostics);
        if (entry.score == nullptr) continue;
        if (find(entry.label) != nullptr)
            diagnostics.add(node.where, "score",
                            fmt::format("'{}' is there twice; tell them apart by the key 'as'", entry.label));
        entry.first_raw = raw_names_.size();
        if (entry.composite == nullptr)
            raw_names_.push_back(entry.label);
        else
            for (const std::string& term : entry.composite->terms()) raw_names_.push_back(entry.label + "_" + term);
        entries_.push_back(std::move(entry));
    }
    diagnostics.throw_if_any();
}

const ScoreSet::Entry* ScoreSet::find(std::string_view label) const noexcept {
    const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) { return e.label == label; });
    return found == entries_.end() ? nullptr : &*found;
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
