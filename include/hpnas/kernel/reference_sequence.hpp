#pragma once
#include <array>
#include <hpnas/kernel/attention.hpp>
#include <hpnas/kernel/layer_norm.hpp>
#include <hpnas/kernel/reference.hpp>

/// Double-precision definitions of what works on sequences; see reference.hpp.
namespace hpnas::kernel::reference {

struct LayerNormInput {
    Values src, gamma, beta;
};
Values layer_norm_forward(const LayerNormShape& shape, const LayerNormInput& input);
/// Gradients of all three, in the same order.
LayerNormInput layer_norm_backward(const LayerNormShape& shape, const LayerNormInput& input, const Values& diff_dst);

/// `memory`, `mask` and `tables` may be empty where the shape has none.
struct AttentionValues {
    Values src, memory, mask;
    std::array<Values, 4> tables;
};
Values attention_forward(const AttentionShape& shape, const AttentionValues& input);
/// Gradients of src, memory and tables; that of the mask is zero.
AttentionValues attention_backward(const AttentionShape& shape, const AttentionValues& input, const Values& diff_dst);

}  // namespace hpnas::kernel::reference
