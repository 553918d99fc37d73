#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hpnas/graph/network.hpp"
#include "hpnas/search/choice_groups.hpp"
#include "hpnas/space/search_space.hpp"
#include "hpnas/supernet/objective_terms.hpp"
#include "hpnas/train/parameters.hpp"

namespace hpnas {

/// A choice of one option, or of a row and a column of options; indices of groups.
struct ChoiceSlot {
    std::size_t rows = 0;
    std::optional<std::size_t> columns{};
};

/// A place where a weighted sum stands for a choice; several nodes of the network may share one.
struct Mixture {
    std::size_t input = 0;  ///< of the network: the weights of the options, [options]
    /// A weight is the sum over the slots of what the slot gives the option: the row's probability, times the column's;
    /// options are numbered row by row.
    std::vector<ChoiceSlot> slots;
    std::vector<std::vector<NodeId>> branches;  ///< per option its nodes, wherever it stands
};

/// Where a decoded network keeps the weights of what was chosen, and where the supernet does.
struct WeightPlace {
    std::string decoded;  ///< prefix of names, e.g. "layers.3."
    std::string shared;   ///< followed by "options.<row>." or "inputs.<row>.ops.<column>."
    ChoiceSlot slot;
};

/// All networks of a space in one, which share weights. Inputs: the image, then the options' weights of each mixture.
/// At an architecture (one option of weight 1 everywhere) it computes what the decoded network does, but for batch
/// norms without affine part in cells and dropout behind skipped layers.
struct Supernet {
    Network network;
    ChoiceGroups groups;  ///< the decisions of the space: a point's argmax is an encoding
    std::vector<Mixture> mixtures;
    std::vector<BranchPair> duplicates;  ///< slots that may choose the same branch
    std::vector<WeightPlace> places;
};

/// The supernet of darts_cell, five_layer or mbconv. @throws ConfigError for another space
Supernet make_supernet(const SearchSpace& space);

/// Writes the weights of a mixture's options. @param point [total]   @param weights [options]
void mixture_weights(const ChoiceGroups& groups, const Mixture& mixture, std::span<const double> point,
                     std::span<double> weights);
/// Adds the gradient by the point, given the one by the weights.
void add_mixture_gradient(const ChoiceGroups& groups, const Mixture& mixture, std::span<const double> point,
                          std::span<const double> by_weights, std::span<double> gradient);

/// Copies to the decoded network of `x` what it shares with the supernet; scales and shifts that only it has stay.
/// @param x  canonical   @throws InternalError if a shared tensor has another shape
void inherit_weights(const Supernet& supernet, const Parameters& shared, const Encoding& x, Parameters& decoded);

}  // namespace hpnas
