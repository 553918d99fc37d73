#include "hpnas/data/spec_augment.hpp"

#include <algorithm>

#include "hpnas/core/rng.hpp"

namespace hpnas {
namespace {

/// Stream of one recording in one epoch: 2^31 epochs of 2^32 recordings.
std::uint64_t stream(std::int64_t epoch, std::int64_t sample) {
    return (static_cast<std::uint64_t>(epoch) << 32U) ^ static_cast<std::uint64_t>(sample);
}

std::vector<SpecMask> draw(std::int64_t count, std::int64_t widest, std::int64_t length, Rng& rng) {
    std::vector<SpecMask> masks;
    for (std::int64_t i = 0; i < count; ++i) {
        const auto width =
            static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(std::min(widest, length) + 1)));
        const auto begin = static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(length - width + 1)));
        masks.push_back({begin, width});
    }
    return masks;
}

}  // namespace

SpecMasks draw_spec_masks(const SpecAugmentOptions& options, std::int64_t frames, std::int64_t mels, std::uint64_t seed,
                          std::int64_t epoch, std::int64_t sample) {
    Rng rng(seed, Purpose::augmentation, stream(epoch, sample));
    SpecMasks masks;
    masks.mels = draw(options.mel_masks, options.mel_width, mels, rng);
    const auto longest = static_cast<std::int64_t>(options.time_fraction * static_cast<double>(frames));
    masks.frames = draw(options.time_masks, std::min(options.time_width, longest), frames, rng);
    return masks;
}

}  // namespace hpnas
