#include "hpnas/op/check.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "hpnas/core/error.hpp"

namespace hpnas {

void expect_inputs(std::string_view type, std::span<const Shape> inputs, std::size_t count) {
    if (inputs.size() == count) return;
    throw ShapeError(fmt::format("{}: expected {} input{}, got {}", type, count, count == 1 ? "" : "s", inputs.size()));
}

void expect_image(std::string_view type, const Shape& src) {
    const bool full = std::all_of(src.begin(), src.end(), [](std::int64_t size) { return size > 0; });
    if (src.rank() == 3 && full) return;
    throw ShapeError(fmt::format("{}: src[0]: expected an image [H, W, C], got {}", type, to_string(src)));
}

void expect_shape(std::string_view type, std::size_t index, const Shape& got, const Shape& expected) {
    if (got == expected) return;
    throw ShapeError(
        fmt::format("{}: src[{}]: expected shape {}, got {}", type, index, to_string(expected), to_string(got)));
}

void expect_range(std::string_view type, std::string_view attribute, double value, double low, double high) {
    if (value >= low && value <= high) return;
    throw ShapeError(fmt::format("{}: {}: expected a value in [{}, {}], got {}", type, attribute, low, high, value));
}

}  // namespace hpnas
