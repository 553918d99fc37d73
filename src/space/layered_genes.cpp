#include "hpnas/space/layered_genes.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "hpnas/config/scalar.hpp"
#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

std::int16_t draw(const Decision& decision, Rng& rng) {
    return static_cast<std::int16_t>(rng.below(decision.values.size()));
}

/// The elements of "(a, b, c)". @throws EncodingError
std::vector<std::string_view> elements(std::string_view text) {
    if (text.size() < 2 || text.front() != '(' || text.back() != ')')
        throw EncodingError(fmt::format("expected a tuple in parentheses, got '{}'", text));
    text = text.substr(1, text.size() - 2);
    std::vector<std::string_view> parts;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        std::string_view part = text.substr(begin, end - begin);
        while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
        while (!part.empty() && part.back() == ' ') part.remove_suffix(1);
        parts.push_back(part);
        begin = end + 1;
    }
    return parts;
}

}  // namespace

LayeredGenes::LayeredGenes(Decision depth) : decisions_{std::move(depth)}, slots_(1) {
    max_depth_ = std::llround(*std::max_element(decisions_[0].values.begin(), decisions_[0].values.end()));
}

std::size_t LayeredGenes::add(Gene gene) {
    first_.push_back(decisions_.size());
    const std::int64_t copies = gene.per_layer ? max_depth_ : 1;
    for (std::int64_t layer = 0; layer < copies; ++layer) {
        decisions_.push_back(
            {gene.per_layer ? fmt::format("layer{}.{}", layer, gene.name) : gene.name, gene.values, gene.ordered});
        slots_.push_back({genes_.size(), gene.per_layer ? layer : -1, gene.structural});
    }
    genes_.push_back(std::move(gene));
    return genes_.size() - 1;
}

std::int64_t LayeredGenes::depth(const Encoding& x) const {
    return std::llround(decisions_[0].values[static_cast<std::size_t>(x[0])]);
}

std::size_t LayeredGenes::slot(std::size_t gene, std::int64_t layer) const {
    return first_[gene] + (genes_[gene].per_layer ? static_cast<std::size_t>(layer) : 0);
}

std::size_t LayeredGenes::choice(const Encoding& x, std::size_t gene, std::int64_t layer) const {
    return static_cast<std::size_t>(x[slot(gene, layer)]);
}

double LayeredGenes::value(const Encoding& x, std::size_t gene, std::int64_t layer) const {
    return genes_[gene].values[choice(x, gene, layer)];
}

Encoding LayeredGenes::canonical(const Encoding& x) const {
    Encoding result = x;
    for (std::size_t i = 0; i < x.size(); ++i)
        if (!used(i, depth(x))) result[i] = 0;
    return result;
}

Encoding LayeredGenes::mutate(const Encoding& x, const MutationRates& rates, Rng& rng) const {
    Encoding result = x;
    if (rng.uniform() < rates.structure) result[0] = draw(decisions_[0], rng);
    for (std::size_t i = 1; i < x.size(); ++i) {
        const double rate = slots_[i].structural ? rates.structure : rates.gene;
        const bool is_new = !used(i, depth(x));
        if (rng.uniform() < rate || is_new) result[i] = draw(decisions_[i], rng);
    }
    return canonical(result);
}

Encoding LayeredGenes::crossover(const Encoding& a, const Encoding& b, Rng& rng) const {
    Encoding child(a.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        const bool of_b = rng.below(2) == 1;
        const bool in_a = used(i, depth(a)), in_b = used(i, depth(b));
        child[i] = in_a && (!of_b || !in_b) ? a[i] : b[i];
    }
    return canonical(child);
}

std::string LayeredGenes::format_tuple(const Encoding& x) const {
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < x.size(); ++i)
        if (used(i, depth(x))) texts.push_back(format_number(decisions_[i].values[static_cast<std::size_t>(x[i])]));
    return fmt::format("({})", fmt::join(texts, ","));
}

std::int16_t LayeredGenes::find(std::size_t slot, std::string_view text) const {
    const Decision& decision = decisions_[slot];
    const std::optional<double> number = parse_number(text);
    const auto at = std::find(decision.values.begin(), decision.values.end(), number);
    if (!number || at == decision.values.end())
        throw EncodingError(
            fmt::format("{}: expected one of {}, got '{}'", decision.name, fmt::join(decision.values, ", "), text));
    return static_cast<std::int16_t>(at - decision.values.begin());
}

Encoding LayeredGenes::parse_tuple(std::string_view text) const {
    const std::vector<std::string_view> parts = elements(text);
    Encoding x(decisions_.size(), 0);
    x[0] = find(0, parts[0]);
    std::size_t next = 1;
    for (std::size_t i = 1; i < x.size(); ++i) {
        if (!used(i, depth(x))) continue;
        if (next < parts.size()) x[i] = find(i, parts[next]);
        ++next;
    }
    if (next != parts.size())
        throw EncodingError(
            fmt::format("expected a tuple of {} values for {} layers, got {}", next, depth(x), parts.size()));
    return x;
}

}  // namespace hpnas
