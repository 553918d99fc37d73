#pragma once
#include "hpnas/kernel/engine.hpp"
#include "hpnas/tensor/arena.hpp"
#include "hpnas/train/executor.hpp"

namespace hpnas::test {

/// An engine and an arena for one test.
struct OwnDevice {
    kernel::Engine engine;
    Arena arena;
    Device device{engine, arena};
};

}  // namespace hpnas::test
