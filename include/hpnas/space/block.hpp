#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "hpnas/graph/network.hpp"
#include "hpnas/op/activation.hpp"

namespace hpnas {

/// The building blocks of stage-based spaces. All convolutions are followed by a batch norm and have no bias.
enum class BlockKind : std::uint8_t {
    conv,       ///< k x k convolution, batch norm, activation; `convs` times, the stride in the first
    fused_irb,  ///< k x k convolution to `mid`, 1x1 convolution to `out` without activation, + input where shapes allow
    irb,   ///< 1x1 convolution to `mid`, depthwise k x k, 1x1 convolution to `out` without activation, + input where
           ///< shapes allow
    head,  ///< 1x1 convolution to `mid`, global mean, (linear without bias to `features`, activation,) dropout, linear
           ///< to `out`
};
std::string_view to_string(BlockKind kind) noexcept;

/// Everything about a block except its input shape. fused_irb and irb are the inverted residuals of Sandler et al.,
/// CVPR 2018, and Gupta, Tan, 2020, in GPUNet's form: the expansion convolution is always there, squeeze-and-excitation
/// acts on `mid` channels with the block's activation, the residual is there exactly if the stride is 1 and the widths
/// agree.
struct BlockSpec {
    BlockKind kind = BlockKind::conv;
    std::int64_t kernel = 1;
    std::int64_t stride = 1;
    std::int64_t padding = -1;  ///< of the k x k convolutions on every side; negative: kernel / 2, which keeps sizes
    std::int64_t convs = 1;     ///< conv only: convolutions in a row
    std::int64_t mid = 0;       ///< inner channels; irb: 0 leaves the 1x1 expansion out
    std::int64_t se = 0;        ///< hidden channels of squeeze-and-excitation; 0: none
    std::int64_t features = 0;  ///< head only: width of the linear layer after pooling; 0: none
    std::int64_t out = 1;       ///< output channels; head: classes
    Activation activation = Activation::relu;
    double bn_eps = 1e-3;
    double drop_path = 0;  ///< rate on the residual branch while training
    double dropout = 0;    ///< head only
    bool residual = true;  ///< inverted residuals: + input where shapes allow
};

/// Canonical text such as "irb k=3 s=2 mid=256 se=16 act=swish out=64": equal key and input shape, equal computation at
/// inference. Drop path and dropout rates are not part of it.
std::string block_key(const BlockSpec& spec);

/// One sample's output shape, without building the block. @param input  [H, W, C] @throws ShapeError if nothing is left
Shape block_output(const BlockSpec& spec, const Shape& input);

/// Adds the block's nodes under the builder's open scope and declares them a block with key block_key(spec).
/// @return the block's output
NodeId append_block(NetworkBuilder& builder, NodeId input, const BlockSpec& spec);

/// The block as a network of its own with one input. @param input  [H, W, C]
Network block_network(const BlockSpec& spec, const Shape& input);

/// Nearest multiple of `divisor`, at least `divisor`, but not below 0.9 * value; divisor 0: value, rounded to an
/// integer. The usual rule of the mobile network family, e.g. 96 * 7.67 -> 736.
std::int64_t rounded_channels(double value, std::int64_t divisor);

}  // namespace hpnas
