#include "hpnas/op/check.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

/// src[0] has `rank` dimensions, none empty.
void expect_full(std::string_view type, const Shape& src, int rank, std::string_view what) {
    const bool full = std::all_of(src.begin(), src.end(), [](std::int64_t size) { return size > 0; });
    if (src.rank() == rank && full) return;
    throw ShapeError(fmt::format("{}: src[0]: expected {}, got {}", type, what, to_string(src)));
}

}  // namespace

void expect_inputs(std::string_view type, std::span<const Shape> inputs, std::size_t count) {
    if (inputs.size() == count) return;
    throw ShapeError(fmt::format("{}: expected {} input{}, got {}", type, count, count == 1 ? "" : "s", inputs.size()));
}

void expect_image(std::string_view type, const Shape& src) { expect_full(type, src, 3, "an image [H, W, C]"); }

void expect_sequence(std::string_view type, const Shape& src) { expect_full(type, src, 2, "a sequence [L, C]"); }

void expect_tokens(std::string_view type, const Shape& src) { expect_full(type, src, 1, "token ids [L]"); }

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
