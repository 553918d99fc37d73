#pragma once
#include <hpnas/tensor/arena.hpp>

namespace hpnas {

/// Memory of one plan: mapped as an arena's own region is.
struct Arena::Region {
    Arena memory;
    std::size_t asked = 0;    // bytes of the present plan; 0: waiting
    std::size_t touched = 0;  // most bytes that any plan has used of this mapping: what the machine really holds
    bool used = false;
};

}  // namespace hpnas
