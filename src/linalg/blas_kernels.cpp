#include "hpnas/linalg/blas_kernels.hpp"

#include <cblas.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace hpnas::linalg {

std::string blas_kernels() { return openblas_get_corename(); }

std::string missed_blas_kernels() {
    static constexpr std::array<std::string_view, 7> narrow{"Prescott", "Core2",   "Penryn",   "Dunnington",
                                                            "Nehalem",  "Generic", "Barcelona"};
    if (std::ranges::find(narrow, blas_kernels()) == narrow.end()) return "";
    if (__builtin_cpu_supports("avx512vl")) return "SkylakeX";
    return __builtin_cpu_supports("avx2") ? "Haswell" : "";
}

}  // namespace hpnas::linalg
