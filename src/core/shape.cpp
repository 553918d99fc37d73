#include "hpnas/core/shape.hpp"

#include <fmt/format.h>

#include "hpnas/core/error.hpp"

namespace hpnas {

Shape::Shape(std::initializer_list<std::int64_t> sizes) : Shape(std::span(sizes.begin(), sizes.size())) {}

Shape::Shape(std::span<const std::int64_t> sizes) : rank_(static_cast<int>(sizes.size())) {
    if (sizes.size() > max_rank) {
        throw ShapeError(fmt::format("shape: expected at most {} dimensions, got {}", max_rank, sizes.size()));
    }
    std::copy(sizes.begin(), sizes.end(), sizes_.begin());
}

std::int64_t Shape::count() const noexcept {
    std::int64_t product = 1;
    for (const std::int64_t size : *this) product *= size;
    return product;
}

Shape Shape::with_batch(std::int64_t n) const {
    if (rank_ == max_rank) {
        throw ShapeError(fmt::format("shape: {} has no room for a batch dimension", to_string(*this)));
    }
    Shape batched;
    batched.rank_ = rank_ + 1;
    batched.sizes_[0] = n;
    std::copy(begin(), end(), batched.sizes_.begin() + 1);
    return batched;
}

std::string to_string(const Shape& shape) {
    std::string text = "[";
    for (int i = 0; i < shape.rank(); ++i) text += fmt::format("{}{}", i == 0 ? "" : ", ", shape[i]);
    return text + "]";
}

}  // namespace hpnas
