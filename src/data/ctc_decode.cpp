#include "hpnas/data/ctc_decode.hpp"

#include <algorithm>

namespace hpnas {

std::vector<std::int64_t> ctc_greedy(std::span<const float> logits, std::int64_t tokens, std::int64_t blank) {
    std::vector<std::int64_t> result;
    std::int64_t previous = blank;
    for (auto frame = logits.begin(); frame != logits.end(); frame += tokens) {
        const std::int64_t token = std::max_element(frame, frame + tokens) - frame;
        if (token != previous && token != blank) result.push_back(token);
        previous = token;
    }
    return result;
}

}  // namespace hpnas
