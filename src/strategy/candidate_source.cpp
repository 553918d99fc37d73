#include "hpnas/strategy/candidate_source.hpp"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

namespace hpnas {
namespace {

/// Tries per wanted member of a region that cannot be listed: in a narrow latency bucket most draws miss.
constexpr std::size_t tries_per_member = 20;

/// Another choice for one slot: a step for an ordered one, any for a categorical one.
void change(Encoding& x, std::size_t slot, const Decision& decision, Rng& rng) {
    const std::size_t n = decision.values.size();
    if (n < 2) return;
    const auto old = static_cast<std::size_t>(x[slot]);
    std::size_t choice = (old + 1 + rng.below(n - 1)) % n;
    if (decision.ordered) {
        const bool up = rng.below(2) == 1;
        choice = up ? (old + 1 < n ? old + 1 : old - 1) : (old > 0 ? old - 1 : old + 1);
    }
    x[slot] = static_cast<std::int16_t>(choice);
}

}  // namespace

std::vector<Candidate> CandidateSource::gather(std::span<const Candidate> elite, const SourceOptions& options) {
    std::vector<Candidate> out;
    for (const Candidate& parent : elite)
        for (const Encoding& x : neighbours(parent.encoding, region_->context().decisions)) add(x, {parent.id}, out);
    if (elite.size() > 1) add_crossovers(elite, options.crossovers, out);
    if (!elite.empty()) add_mutants(elite, options.mutants, out);
    add_members(options.members, out);
    return out;
}

std::vector<Candidate> CandidateSource::around(std::span<const Candidate> centres) {
    std::vector<Candidate> out;
    for (const Candidate& centre : centres)
        for (const Encoding& x : neighbours(centre.encoding, region_->context().decisions)) add(x, centre.parents, out);
    return out;
}

void CandidateSource::add(const Encoding& x, const std::vector<std::int64_t>& parents, std::vector<Candidate>& out) {
    if (std::optional<Encoding> member = region_->admit(x))
        if (!taken_(*member) && seen_.insert(*member).second) out.push_back({-1, std::move(*member), parents});
}

void CandidateSource::add_members(std::size_t n, std::vector<Candidate>& out) {
    const std::vector<Encoding>* members = region_->members();
    if (members == nullptr) {
        const std::size_t wanted = out.size() + n;
        for (std::size_t i = 0; i < n * tries_per_member && out.size() < wanted; ++i)
            add(region_->sample(*rng_), {}, out);
        return;
    }
    // A partial shuffle of the indices, until n members that are free have come up.
    std::vector<std::size_t> order(members->size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t i = 0, found = 0; i < order.size() && found < n; ++i) {
        std::swap(order[i], order[i + rng_->below(order.size() - i)]);
        const Encoding& x = (*members)[order[i]];
        if (taken_(x) || !seen_.insert(x).second) continue;
        out.push_back({-1, x, {}});
        ++found;
    }
}

void CandidateSource::add_crossovers(std::span<const Candidate> elite, std::size_t n, std::vector<Candidate>& out) {
    for (std::size_t i = 0; i < n; ++i) {
        const std::size_t first = rng_->below(elite.size());
        const std::size_t second = (first + 1 + rng_->below(elite.size() - 1)) % elite.size();
        add(region_->cross(elite[first].encoding, elite[second].encoding, *rng_), {elite[first].id, elite[second].id},
            out);
    }
}

void CandidateSource::add_mutants(std::span<const Candidate> elite, std::size_t n, std::vector<Candidate>& out) {
    const std::vector<Decision>& decisions = region_->context().decisions;
    for (std::size_t i = 0; i < n; ++i) {
        const Candidate& parent = elite[rng_->below(elite.size())];
        Encoding x = parent.encoding;
        for (std::uint64_t left = 2 + rng_->below(3); left > 0; --left) {
            const std::size_t slot = rng_->below(x.size());
            change(x, slot, decisions[slot], *rng_);
        }
        add(x, {parent.id}, out);
    }
}

}  // namespace hpnas
