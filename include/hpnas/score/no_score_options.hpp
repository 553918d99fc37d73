#pragma once
#include "hpnas/config/options.hpp"

namespace hpnas {

/// Of scores that have nothing to set.
struct NoScoreOptions {
    void visit(OptionVisitor&) {}
};

}  // namespace hpnas
