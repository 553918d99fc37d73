#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hpnas/data/normalization.hpp"
#include "hpnas/data/subset.hpp"

namespace hpnas {

/// Recordings as log-mel features, each with a class or with a sequence of classes.
struct SpectrogramSet {
    std::int64_t mels = 0;
    std::vector<float> features;                 ///< of all recordings, [frames, mels], dB
    std::vector<std::int64_t> begins{0};         ///< [N + 1] first frame of each recording
    std::vector<std::int64_t> targets;           ///< of all recordings, each in [0, classes.size())
    std::vector<std::int64_t> target_begins{0};  ///< [N + 1]; classification: one target each
    std::vector<std::string> classes;            ///< names, by target
    std::vector<std::string> names;              ///< [N] file or making of each recording
    std::string source;                          ///< the files it was read from, for provenance

    std::int64_t size() const noexcept { return static_cast<std::int64_t>(names.size()); }
    std::int64_t n_classes() const noexcept { return static_cast<std::int64_t>(classes.size()); }
    std::int64_t n_frames(std::int64_t i) const noexcept { return begins[at(i) + 1] - begins[at(i)]; }
    /// [frames, mels]
    std::span<const float> recording(std::int64_t i) const noexcept {
        return std::span(features).subspan(static_cast<std::size_t>(begins[at(i)] * mels),
                                           static_cast<std::size_t>(n_frames(i) * mels));
    }
    std::span<const std::int64_t> target(std::int64_t i) const noexcept {
        return std::span(targets).subspan(static_cast<std::size_t>(target_begins[at(i)]),
                                          static_cast<std::size_t>(target_begins[at(i) + 1] - target_begins[at(i)]));
    }
    /// Of features and targets.
    std::uint64_t hash() const;

private:
    static std::size_t at(std::int64_t i) noexcept { return static_cast<std::size_t>(i); }
};

using SpectrogramSubset = Subset<SpectrogramSet>;

/// Mean and standard deviation (population) of each mel over all frames of the subset, in dB; a constant mel gets
/// deviation 1.
Normalization measure_normalization(const SpectrogramSubset& recordings);

/// Token ids of the networks that read or write class sequences: what they mean besides classes. Class c is token
/// c + first_class. Those of SpeechBrain's recipes, which DE-NAS follows: blank and padding are 0.
namespace speech_tokens {
constexpr std::int64_t blank = 0, padding = 0, begin = 1, end = 2, first_class = 3;
}

}  // namespace hpnas
