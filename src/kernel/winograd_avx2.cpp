#include "isa_avx2.hpp"
#include "winograd_tiles.hpp"

namespace hpnas::kernel {

const WinogradLoops winograd_avx2{"avx2", winograd::channels<Avx2>, winograd::pack<Avx2>, winograd::run<Avx2>};

}  // namespace hpnas::kernel
