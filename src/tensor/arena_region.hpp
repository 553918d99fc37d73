#pragma once
#include <hpnas/tensor/arena.hpp>

namespace hpnas {

/// Memory of one plan: mapped as an arena's own region is.
struct Arena::Region {
    Arena memory;
    std::size_t asked = 0;  // bytes the present plan asked for; 0: waiting
    bool used = false;
};

}  // namespace hpnas
