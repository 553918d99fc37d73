#include "hpnas/space/residual_unit.hpp"

#include <fmt/format.h>

#include <array>

#include "hpnas/op/activate.hpp"
#include "hpnas/op/add.hpp"
#include "hpnas/op/batch_norm.hpp"
#include "hpnas/op/conv2d.hpp"
#include "hpnas/op/global_average_pool.hpp"
#include "hpnas/op/linear.hpp"
#include "hpnas/op/scale_channels.hpp"

namespace hpnas {
namespace {

constexpr std::array<std::string_view, 4> kind_names{"conv", "basic", "bottleneck", "inverted"};

/// Adds one unit's nodes; numbers the convolutions: conv1, bn1, relu1, conv2, ...
class UnitBuilder {
public:
    UnitBuilder(NetworkBuilder& builder, NodeId input) : builder_(builder), at_(input) {}

    void conv(std::int64_t out, std::int64_t kernel, std::int64_t stride, std::int64_t groups = 1) {
        ++n_convs_;
        add(fmt::format("conv{}", n_convs_),
            make_conv2d({.out = out, .kernel = kernel, .stride = stride, .groups = groups}));
        norm(fmt::format("bn{}", n_convs_));
    }
    void relu() { add(fmt::format("relu{}", n_convs_), make_relu()); }
    /// Zen-NAS's squeeze-and-excitation: without biases, a batch norm behind each of the two products.
    void squeeze_excite(std::int64_t hidden) {
        if (hidden == 0) return;
        const NodeId image = at_;
        const std::int64_t channels = builder_.shape(image).channels();
        add("se.pool", make_global_average_pool());
        add("se.reduce", make_linear({.out = hidden, .bias = false}));
        norm("se.bn1");
        add("se.relu", make_relu());
        add("se.expand", make_linear({.out = channels, .bias = false}));
        norm("se.bn2");
        add("se.sigmoid", make_sigmoid());
        at_ = builder_.add("se.scale", make_scale_channels(), {image, at_});
    }
    void shortcut(NodeId input, const ResidualUnit& unit) {
        const NodeId branch = at_;
        at_ = input;
        if (unit.project) {
            add("shortcut.conv", make_conv2d({.out = unit.out, .stride = unit.stride, .bias = true}));
            norm("shortcut.bn");
        }
        at_ = builder_.add("add", make_add(), {branch, at_});
        add("relu", make_relu());
    }
    NodeId at() const noexcept { return at_; }

private:
    void norm(const std::string& name) { add(name, make_batch_norm({.eps = plainnet_bn_eps})); }
    void add(const std::string& name, OperatorPtr op) { at_ = builder_.add(name, std::move(op), at_); }

    NetworkBuilder& builder_;
    NodeId at_;
    int n_convs_ = 0;
};

}  // namespace

std::string unit_key(const ResidualUnit& unit) {
    std::string key =
        fmt::format("plainnet {} k={} s={}", kind_names[static_cast<std::size_t>(unit.kind)], unit.kernel, unit.stride);
    if (unit.kind != UnitKind::conv) key += fmt::format(" mid={}", unit.mid);
    key += fmt::format(" out={}", unit.out);
    if (unit.kind != UnitKind::conv) key += fmt::format(" project={}", static_cast<int>(unit.project));
    if (unit.se > 0) key += fmt::format(" se={}", unit.se);
    return key;
}

NodeId append_unit(NetworkBuilder& builder, NodeId input, const ResidualUnit& unit) {
    builder.begin_block(unit_key(unit));
    UnitBuilder nodes(builder, input);
    switch (unit.kind) {
        case UnitKind::conv:
            nodes.conv(unit.out, unit.kernel, unit.stride);
            nodes.relu();
            break;
        case UnitKind::basic:
            nodes.conv(unit.mid, unit.kernel, unit.stride);
            nodes.relu();
            nodes.conv(unit.out, unit.kernel, 1);
            break;
        case UnitKind::bottleneck:
        case UnitKind::inverted:
            nodes.conv(unit.mid, 1, 1);
            nodes.relu();
            nodes.conv(unit.mid, unit.kernel, unit.stride, unit.kind == UnitKind::inverted ? unit.mid : 1);
            nodes.relu();
            nodes.squeeze_excite(unit.se);
            nodes.conv(unit.out, 1, 1);
            break;
    }
    if (unit.kind != UnitKind::conv) nodes.shortcut(input, unit);
    builder.end_block();
    return nodes.at();
}

}  // namespace hpnas
