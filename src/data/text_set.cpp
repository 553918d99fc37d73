#include "hpnas/data/text_set.hpp"

#include "hpnas/core/hash.hpp"

namespace hpnas {

std::uint64_t TextSet::hash() const {
    const std::uint64_t tokens = hash64(std::as_bytes(std::span(sequences.tokens)));
    return hash64(std::as_bytes(std::span(labels)), hash64(std::as_bytes(std::span(sequences.begins)), tokens));
}

}  // namespace hpnas
