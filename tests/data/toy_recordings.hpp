#pragma once
#include "hpnas/data/spectrogram_set.hpp"

namespace hpnas::test {

/// n recordings of i + 2 frames with 3 mels: feature (t, m) of recording i is 100 i + 10 t + m; targets i mod 3, and
/// for odd i one more, 2.
inline std::shared_ptr<const SpectrogramSet> toy_recordings(std::int64_t n) {
    auto set = std::make_shared<SpectrogramSet>();
    set->mels = 3;
    set->classes = {"a", "b", "c"};
    set->source = "toy recordings";
    for (std::int64_t i = 0; i < n; ++i) {
        for (std::int64_t t = 0; t < i + 2; ++t)
            for (std::int64_t m = 0; m < 3; ++m) set->features.push_back(static_cast<float>(100 * i + 10 * t + m));
        set->begins.push_back(static_cast<std::int64_t>(set->features.size()) / 3);
        set->targets.push_back(i % 3);
        if (i % 2 == 1) set->targets.push_back(2);
        set->target_begins.push_back(static_cast<std::int64_t>(set->targets.size()));
        set->names.push_back(std::to_string(i));
    }
    return set;
}

}  // namespace hpnas::test
