#include "hpnas/train/chunks.hpp"

#include <algorithm>

namespace hpnas {

std::vector<Chunk> make_chunks(const Parameters& parameters) {
    constexpr std::size_t longest = 16384;
    std::vector<Chunk> chunks;
    for (const Parameters::Entry& entry : parameters.entries()) {
        if (!entry.spec.trainable()) continue;
        const std::size_t end = entry.offset + static_cast<std::size_t>(entry.spec.shape.count());
        for (std::size_t begin = entry.offset; begin < end; begin += longest)
            chunks.push_back({begin, std::min(begin + longest, end), entry.spec.role == ParameterRole::weight});
    }
    return chunks;
}

}  // namespace hpnas
