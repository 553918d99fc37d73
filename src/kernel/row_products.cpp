#include "hpnas/kernel/row_products.hpp"

#include "loops.hpp"

namespace hpnas::kernel {

void add_row_products(const RowProducts& args) { loops().add_row_products(args); }

}  // namespace hpnas::kernel
