#include "isa_avx512.hpp"
#include "loops_table.hpp"

namespace hpnas::kernel {

const Loops loops_avx512 = simd::make_loops<Avx512>("avx512");

}  // namespace hpnas::kernel
