#pragma once
#include <span>

#include "hpnas/core/rng.hpp"
#include "hpnas/search/candidate.hpp"

namespace hpnas {

/// How much a mutation changes. DE-NAS calls them m_prob and s_prob.
struct MutationRates {
    double gene = 0.2;       ///< chance that one gene (a layer's width, an edge's operation) is drawn again
    double structure = 0.4;  ///< chance that a decision about the whole network (depth, embedding width) is drawn again
};

/// Every slot drawn again with chance `rates.gene`, one random slot surely; a slot drawn again takes another choice if
/// it has one. The mutation of spaces whose slots are all alike.
Encoding mutate_slots(const Encoding& x, std::span<const Decision> decisions, const MutationRates& rates, Rng& rng);

/// Every slot from one of the two parents, each with chance 1/2 (uniform crossover; Syswerda, ICGA 1989).
/// @pre a and b have equal lengths
Encoding cross_slots(const Encoding& a, const Encoding& b, Rng& rng);

}  // namespace hpnas
