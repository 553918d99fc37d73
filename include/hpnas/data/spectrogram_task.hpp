#pragma once
#include <cstdint>

#include "hpnas/config/options.hpp"
#include "hpnas/data/labelled_recordings.hpp"
#include "hpnas/data/log_mel.hpp"
#include "hpnas/data/split.hpp"
#include "hpnas/data/task.hpp"

namespace hpnas {

struct SpectrogramTaskOptions {
    LogMelOptions features;
    std::int64_t frames = 0;
    double silence_db = -60;

    void visit(OptionVisitor& v) {
        features.visit(v);
        v.integer({"frames", "frames of a row; longer recordings are cut; 0: the longest training recording", 0, 1e6},
                  frames);
        v.number(
            {"silence_db", "recordings whose largest sample is below this are left out (dB of full scale)", -200, 0},
            silence_db);
    }
};

/// Features of all recordings but the silent ones. If there is no validation part, training recordings are held out for
/// it, class by class (of the first target). Notes say how many are silent or cut, and which classes are never seen in
/// training. Uses all OpenMP threads.
SpectrogramTask make_spectrogram_task(const RecordingParts& parts, const SpectrogramTaskOptions& options,
                                      const SplitOptions& split);

}  // namespace hpnas
