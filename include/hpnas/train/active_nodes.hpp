#pragma once
#include <cstdint>
#include <vector>

#include "hpnas/graph/network.hpp"
#include "hpnas/train/execution_layout.hpp"

namespace hpnas {

/// What remains of a layout's work while some values are not to be computed.
struct ActiveNodes {
    enum class Transfer : std::uint8_t { skip, copy, add };
    struct Step {
        bool forward = false;             ///< its value is computed
        bool backward = false;            ///< a gradient reaches it and goes on through it
        std::vector<bool> wanted;         ///< per input: its gradient has a use (where the layout has one at all)
        std::vector<Transfer> transfers;  ///< what becomes of each of the layout's
    };
    std::vector<Step> nodes;
    std::vector<bool> input_gradients;  ///< per input of the network: something writes its gradient
};

/// Inactive nodes and whatever is needed by them alone are left out, forward and backward; a value whose readers are
/// all left out gets no gradient, and the first gradient that does reach a value is copied where it would have been
/// added. Whoever reads an inactive value and is active itself must ignore it.
/// @param inactive [nodes]   @param with_gradient  nodes_with_gradient(), which the layout was made with   @throws
/// InternalError if an output of the network is inactive
ActiveNodes select_active(const Network& network, const ExecutionLayout& layout, const std::vector<bool>& inactive,
                          const std::vector<bool>& with_gradient);

}  // namespace hpnas
