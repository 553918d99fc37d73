#include "isa_avx2.hpp"
#include "loops_table.hpp"

namespace hpnas::kernel {

const Loops loops_avx2 = simd::make_loops<Avx2>("avx2");

}  // namespace hpnas::kernel
