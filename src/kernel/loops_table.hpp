#pragma once
#include "loops_columns.hpp"
#include "loops_elementwise.hpp"
#include "loops_gram.hpp"
#include "loops_normalise.hpp"
#include "loops_pooling.hpp"
#include "loops_product.hpp"
#include "loops_random.hpp"
#include "loops_rows.hpp"
#include "loops_weighted.hpp"

namespace hpnas::kernel::simd {

/// All loops for one instruction set.
template <class Isa>
constexpr Loops make_loops(const char* name) {
    return {name,
            panel<Isa>,
            activation_forward<Isa>,
            activation_backward<Isa>,
            add<Isa>,
            scale<Isa>,
            weighted_sum<Isa>,
            weighted_sum_backward<Isa>,
            dropout<Isa>,
            normal<Isa>,
            uniform<Isa>,
            sums<Isa>,
            accumulate<Isa>,
            normalise<Isa>,
            reduce<Isa>,
            differentiate<Isa>,
            column_sums<Isa>,
            scale_columns<Isa>,
            matrix_vector<Isa>,
            combine<Isa>,
            pool_forward<Isa>,
            pool_backward<Isa>,
            multiply<Isa>,
            add_row_products<Isa>,
            transpose<Isa>,
            copy_rows<Isa>,
            softmax<Isa>,
            softmax_backward<Isa>,
            add_positions<Isa>,
            sum_positions<Isa>,
            layer_norm_forward<Isa>,
            layer_norm_backward<Isa>};
}

}  // namespace hpnas::kernel::simd
