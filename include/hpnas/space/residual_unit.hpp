#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "hpnas/graph/network.hpp"

namespace hpnas {

/// The layers that PlainNet's super-blocks are made of.
enum class UnitKind : std::uint8_t {
    conv,        ///< k x k convolution, batch norm, ReLU
    basic,       ///< k x k to `mid`, batch norm, ReLU, k x k to `out`, batch norm; + shortcut, ReLU
    bottleneck,  ///< 1x1 to `mid`, batch norm, ReLU, k x k, batch norm, ReLU, 1x1 to `out`, batch norm; + shortcut,
                 ///< ReLU
    inverted,    ///< as bottleneck with a depthwise k x k
};

/// One layer of a super-block, except its input shape. Convolutions have no bias and keep sizes (padding k / 2) up to
/// the stride, which the first k x k convolution has.
struct ResidualUnit {
    UnitKind kind = UnitKind::conv;
    std::int64_t kernel = 3;
    std::int64_t stride = 1;
    std::int64_t mid = 0;  ///< inner channels; not for conv
    std::int64_t out = 1;
    bool project = false;  ///< the shortcut is a strided 1x1 convolution with bias and a batch norm; else the input
    std::int64_t se =
        0;  ///< inverted only: hidden channels of squeeze-and-excitation behind the depthwise part; 0: none
};

/// Batch norms of PlainNet networks add this to the variance.
inline constexpr double plainnet_bn_eps = 1e-3;

/// Canonical text such as "plainnet bottleneck k=5 s=2 mid=16 out=64 project=1".
std::string unit_key(const ResidualUnit& unit);

/// Adds the unit's nodes under the builder's open scope as one block. @return the block's output
/// @throws ShapeError if there is no projection although the shapes differ
NodeId append_unit(NetworkBuilder& builder, NodeId input, const ResidualUnit& unit);

}  // namespace hpnas
