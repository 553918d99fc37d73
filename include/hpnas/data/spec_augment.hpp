#pragma once
#include <cstdint>
#include <vector>

#include "hpnas/config/options.hpp"

namespace hpnas {

/// SpecAugment without time warping: bands of mels and runs of frames are set to the mean. The defaults are those of
/// DE-NAS's recipe for 80 mels. Source: Park et al., Interspeech 2019.
struct SpecAugmentOptions {
    std::int64_t mel_masks = 4, mel_width = 14;
    std::int64_t time_masks = 4, time_width = 19;
    double time_fraction = 1.0;

    void visit(OptionVisitor& v) {
        v.integer({"mel_masks", "bands of mels set to the mean", 0, 100}, mel_masks);
        v.integer({"mel_width", "most mels in a band; its width is drawn from 0 to this", 0, 1000}, mel_width);
        v.integer({"time_masks", "runs of frames set to the mean", 0, 100}, time_masks);
        v.integer({"time_width", "most frames in a run; its length is drawn from 0 to this", 0, 100000}, time_width);
        v.number({"time_fraction", "a run is at most this part of the recording", 0, 1}, time_fraction);
    }
};

/// A run of mels or frames, [begin, begin + width).
struct SpecMask {
    std::int64_t begin = 0, width = 0;
};
struct SpecMasks {
    std::vector<SpecMask> mels, frames;
};

/// Draws the masks of one recording; a pure function of its arguments. @param sample  index of the recording in its set
SpecMasks draw_spec_masks(const SpecAugmentOptions& options, std::int64_t frames, std::int64_t mels, std::uint64_t seed,
                          std::int64_t epoch, std::int64_t sample);

}  // namespace hpnas
