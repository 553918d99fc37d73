#include "isa_baseline.hpp"
#include "loops_table.hpp"

namespace hpnas::kernel {

const Loops loops_baseline = simd::make_loops<Baseline>("baseline");

}  // namespace hpnas::kernel
