#include "isa_avx512.hpp"
#include "winograd_tiles.hpp"

namespace hpnas::kernel {

const WinogradLoops winograd_avx512{"avx512", winograd::channels<Avx512>, winograd::pack<Avx512>,
                                    winograd::run<Avx512>};

}  // namespace hpnas::kernel
