#pragma once
#include <span>
#include <string_view>

#include "hpnas/core/shape.hpp"

namespace hpnas {

/// Checks that operators share. @throws ShapeError "type: what: expected ..., got ...".
void expect_inputs(std::string_view type, std::span<const Shape> inputs, std::size_t count);
/// src[0] has rank 3 and no empty dimension.
void expect_image(std::string_view type, const Shape& src);
/// src[0] is a sequence [L, C], not empty.
void expect_sequence(std::string_view type, const Shape& src);
/// src[0] is a list of token ids [L], not empty.
void expect_tokens(std::string_view type, const Shape& src);
/// `got` of src[index] equals `expected`.
void expect_shape(std::string_view type, std::size_t index, const Shape& got, const Shape& expected);
/// An attribute lies in [low, high].
void expect_range(std::string_view type, std::string_view attribute, double value, double low, double high);

}  // namespace hpnas
