#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "hpnas/config/options.hpp"

namespace hpnas {

/// Constants of log-mel features. The defaults are those of DE-NAS's (SpeechBrain's) recipe for LibriSpeech.
struct LogMelOptions {
    std::int64_t rate = 16000;
    double window_ms = 25, hop_ms = 10;
    std::int64_t fft = 400;
    std::int64_t mels = 80;
    double lowest_hz = 0, highest_hz = 0;
    double top_db = 80;

    void visit(OptionVisitor& v) {
        v.integer({"rate", "samples per second of the recordings (Hz)", 1000, 1e6}, rate);
        v.number({"window_ms", "length of a frame (ms)", 1, 1000}, window_ms);
        v.number({"hop_ms", "from one frame to the next (ms)", 1, 1000}, hop_ms);
        v.integer(
            {"fft", "points of the Fourier transform, even, at least a frame's samples; frames are filled up with 0", 2,
             65536},
            fft);
        v.integer({"mels", "features of a frame", 1, 1024}, mels);
        v.number({"lowest_hz", "lower end of the lowest band (Hz)", 0, 1e6}, lowest_hz);
        v.number({"highest_hz", "upper end of the highest band (Hz); 0: half the rate", 0, 1e6}, highest_hz);
        v.number({"top_db", "features are at least this far below the loudest of the recording (dB)", 1, 1000}, top_db);
    }
};

/// Log-mel features. Frame t is centred at sample t * hop, samples before and behind the recording are 0, so n samples
/// give 1 + n / hop frames. Each is weighted by a Hamming window (0.54 - 0.46 cos(2 pi i / N)); power spectrum by FFT;
/// triangles of height 1 whose corners are equally spaced on the scale mel = 2595 log10(1 + Hz / 700), linear in Hz
/// between them; 10 log10(max(power, 1e-10)), then raised to `top_db` below the recording's largest value. Thread-safe.
class LogMel {
public:
    /// @throws ConfigError if the options do not fit together
    explicit LogMel(const LogMelOptions& options);

    std::int64_t mels() const noexcept { return options_.mels; }
    std::int64_t rate() const noexcept { return options_.rate; }
    std::int64_t n_frames(std::int64_t n_samples) const noexcept { return 1 + n_samples / hop_; }
    /// @return [frames, mels], dB
    std::vector<float> operator()(std::span<const float> samples) const;

private:
    /// The part of a triangle that is not 0.
    struct Band {
        std::int64_t first = 0;  ///< bin
        std::vector<float> weights;
    };
    LogMelOptions options_;
    std::int64_t hop_ = 1;
    std::vector<float> window_;
    std::vector<Band> bands_;
};

}  // namespace hpnas
