#include "hpnas/op/activation.hpp"

#include <fmt/format.h>

#include <array>
#include <string>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

constexpr std::array<std::string_view, 8> names{"none",    "relu", "swish",      "sigmoid",
                                                "gelu",    "tanh", "leaky_relu", "relu6"};

}  // namespace

std::string_view to_string(Activation activation) noexcept { return names[static_cast<std::size_t>(activation)]; }

Activation activation_from(std::string_view name) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == name) return static_cast<Activation>(i);
    }
    throw ConfigError(fmt::format("unknown activation '{}'; known: {}", name, fmt::join(names, ", ")));
}

void visit_activation(OptionVisitor& v, Activation& activation) {
    static constexpr std::array<std::string_view, 3> fusable{"none", "relu", "swish"};
    std::string name(to_string(activation));
    v.choice({"activation", "non-linearity applied to the result"}, name, fusable);
    activation = activation_from(name);
}

}  // namespace hpnas
