#include "hpnas/strategy/breeder.hpp"

#include <utility>

namespace hpnas {
namespace {

constexpr std::uint64_t breeding_stream = 1;  // 0 is the design's

}  // namespace

void visit_rates(OptionVisitor& v, MutationRates& rates) {
    v.number({"m_prob", "chance that a mutation draws one gene (a layer's width, an operation) again", 0, 1},
             rates.gene);
    v.number({"s_prob", "chance that it draws a decision about the whole network (depth, width) again", 0, 1},
             rates.structure);
}

Breeder::Breeder(const StrategyContext& context, const MutationRates& rates)
    : region_(context), design_(context.seed), rates_(rates), rng_(context.seed, Purpose::strategy, breeding_stream) {}

std::optional<Candidate> Breeder::admit(const Encoding& x, std::vector<std::int64_t> parents) {
    std::optional<Encoding> member = region_.admit(x);
    if (!member || !given_.insert(*member).second) return std::nullopt;
    return Candidate{-1, std::move(*member), std::move(parents)};
}

std::optional<Candidate> Breeder::random() {
    if (used_up_) return std::nullopt;
    const std::optional<Encoding> x = design_.next(region_, [this](const Encoding& y) { return given_.contains(y); });
    used_up_ = !x;
    return x ? admit(*x, {}) : std::nullopt;
}

std::optional<Candidate> Breeder::mutant(const Candidate& parent) {
    return admit(region_.mutate(parent.encoding, rates_, rng_), {parent.id});
}

std::optional<Candidate> Breeder::child(const Candidate& a, const Candidate& b, bool mutated) {
    Encoding x = region_.cross(a.encoding, b.encoding, rng_);
    if (mutated) x = region_.mutate(x, rates_, rng_);
    return admit(x, {a.id, b.id});
}

}  // namespace hpnas
