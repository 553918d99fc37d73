#include "hpnas/data/image_set.hpp"

#include <numeric>
#include <utility>

#include "hpnas/core/hash.hpp"

namespace hpnas {

std::uint64_t ImageSet::hash() const {
    const std::uint64_t seed = hash64(std::as_bytes(std::span(labels)), hash64(to_string(shape)));
    return files ? files->hash() ^ seed : hash64(std::as_bytes(std::span(pixels)), seed);
}

ImageSubset whole(std::shared_ptr<const ImageSet> images) {
    ImageSubset all{std::move(images), {}};
    all.indices.resize(static_cast<std::size_t>(all.images->size()));
    std::iota(all.indices.begin(), all.indices.end(), 0);
    return all;
}

}  // namespace hpnas
