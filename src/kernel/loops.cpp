#include "loops.hpp"

#include "hpnas/kernel/engine.hpp"

namespace hpnas::kernel {

const Loops& loops() noexcept {
    static const Loops& best = [&]() -> const Loops& {
        const std::string isa = Engine::isa();
        return isa == "avx512" ? loops_avx512 : isa == "avx2" ? loops_avx2 : loops_baseline;
    }();
    return best;
}

}  // namespace hpnas::kernel
