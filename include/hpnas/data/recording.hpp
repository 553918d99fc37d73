#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace hpnas {

/// Sound pressure over time, one channel, full scale = 1.
struct Recording {
    std::vector<float> samples;
    std::int64_t rate = 0;  ///< Hz
};

/// Any file that libsndfile reads (WAV, FLAC, Ogg, ...); several channels are averaged.
/// @throws DataError naming the file: no_input if missing; data if it is no sound file, is shorter than its header
/// says,
///         or holds no samples or values that are not finite
Recording read_recording(const std::string& path);

/// As above, of `rate`. @param may_resample  otherwise another rate is an error
Recording read_recording(const std::string& path, std::int64_t rate, bool may_resample);

/// 16-bit WAV; values beyond full scale are clipped. @throws StoreError
void write_recording(const std::string& path, const Recording& recording);

/// The recording at another rate, band-limited to half of the lower one: convolution with a sinc of 16 zero crossings
/// each way under a Hann window. Its length is n * rate / old rate, rounded up.
Recording resample(const Recording& recording, std::int64_t rate);

/// Largest magnitude in dB of full scale; minus infinity if all is 0.
double peak_db(std::span<const float> samples) noexcept;

}  // namespace hpnas
