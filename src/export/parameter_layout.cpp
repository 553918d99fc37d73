#include "parameter_layout.hpp"

#include <array>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

struct Layout {
    std::string_view operator_type, parameter, dimensions;
};

/// Parameters of more than one dimension; all others are vectors over channels.
constexpr std::array layouts{
    Layout{"conv2d", "weight", "out height width in"},
    Layout{"linear", "weight", "out in"},
    Layout{"squeeze_excite", "reduce.weight", "out in"},
    Layout{"squeeze_excite", "expand.weight", "out in"},
    Layout{"embedding", "weight", "token channels"},
    Layout{"position_embedding", "weight", "position channels"},
    Layout{"token_convolution", "weight", "position channels"},
    Layout{"layer_norm", "weight", "width channels"},
    Layout{"layer_norm", "bias", "width channels"},
    Layout{"attention", "key_vertical", "distance channels"},
    Layout{"attention", "key_horizontal", "distance channels"},
    Layout{"attention", "value_vertical", "distance channels"},
    Layout{"attention", "value_horizontal", "distance channels"},
};

bool is_image_weight(std::string_view type, const ParameterSpec& spec) {
    return type == "conv2d" && spec.role == ParameterRole::weight;
}

}  // namespace

std::string_view parameter_role(ParameterRole role) noexcept {
    switch (role) {
        case ParameterRole::weight:
            return "weight";
        case ParameterRole::bias:
            return "bias";
        case ParameterRole::scale:
            return "scale";
        case ParameterRole::shift:
            return "shift";
        case ParameterRole::running_mean:
            return "running_mean";
        case ParameterRole::running_variance:
            break;
    }
    return "running_variance";
}

std::string parameter_layout(std::string_view type, const ParameterSpec& spec) {
    if (spec.shape.rank() <= 1) return "channels";
    for (const Layout& layout : layouts)
        if (layout.operator_type == type && layout.parameter == spec.name) return std::string(layout.dimensions);
    throw InternalError("weights: no layout is stated for " + std::string(type) + "." + spec.name);
}

std::string torch_layout(std::string_view type, const ParameterSpec& spec) {
    return is_image_weight(type, spec) ? "out in height width" : parameter_layout(type, spec);
}

Shape torch_shape(const Shape& shape) {
    return shape.rank() == 4 ? Shape{shape[0], shape[3], shape[1], shape[2]} : shape;
}

void from_torch(std::span<const float> from, const Shape& shape, std::span<float> to) {
    const std::int64_t positions = shape[1] * shape[2], channels = shape[3];
    for (std::int64_t k = 0; k < shape[0]; ++k)
        for (std::int64_t p = 0; p < positions; ++p)
            for (std::int64_t c = 0; c < channels; ++c)
                to[static_cast<std::size_t>((k * positions + p) * channels + c)] =
                    from[static_cast<std::size_t>((k * channels + c) * positions + p)];
}

}  // namespace hpnas
