#include "hpnas/data/spectrogram_loader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

constexpr std::int64_t none = -1;

std::int64_t longest_target(const SpectrogramSet& set) {
    std::int64_t most = 0;
    for (std::int64_t i = 0; i < set.size(); ++i)
        most = std::max(most, static_cast<std::int64_t>(set.target(i).size()));
    return most;
}

}  // namespace

SpectrogramLoader::SpectrogramLoader(SpectrogramSubset recordings, Normalization normalization, Options options)
    : order_(recordings.size(), options.batch, options.seed, options.augmentation.has_value(), recordings.set->source),
      recordings_(std::move(recordings)),
      normalization_(std::move(normalization)),
      options_(std::move(options)) {
    batch_.most_targets = longest_target(*recordings_.set);
    if (options_.tokens > 0 && options_.tokens <= batch_.most_targets)
        throw DataError(
            fmt::format("{}: expected a decoder of at least {} tokens for the longest target sequence, got {}",
                        recordings_.set->source, batch_.most_targets + 1, options_.tokens));
    const auto rows = static_cast<std::size_t>(options_.batch);
    for (auto* column : {&positions_, &samples_, &labels_, &frames_, &lengths_}) column->resize(rows);
    targets_.resize(rows * static_cast<std::size_t>(batch_.most_targets));
    next_.resize(rows * static_cast<std::size_t>(options_.tokens));
    batch_.samples = samples_;
    batch_.labels = labels_;
    batch_.frames = frames_;
    batch_.targets = targets_;
    batch_.lengths = lengths_;
    batch_.next = next_;
}

const SpectrogramBatch& SpectrogramLoader::fill(std::int64_t epoch, std::int64_t index, std::span<float> frames,
                                                std::span<float> tokens) {
    const std::size_t row_size = static_cast<std::size_t>(options_.frames * recordings_.set->mels);
    if (frames.size() != positions_.size() * row_size || tokens.size() != next_.size())
        throw InternalError(
            fmt::format("spectrogram loader: memory of {} features and {} tokens for {} rows of {} and {}",
                        frames.size(), tokens.size(), positions_.size(), row_size, options_.tokens));
    batch_.valid = order_.fill(epoch, index, positions_);
    for (std::size_t row = 0; row < positions_.size(); ++row) {
        samples_[row] = recordings_[positions_[row]];
        frames_[row] = std::min(options_.frames, recordings_.set->n_frames(samples_[row]));
        write_row(epoch, row, frames.subspan(row * row_size, row_size));
        write_targets(row, tokens);
    }
    return batch_;
}

void SpectrogramLoader::write_row(std::int64_t epoch, std::size_t row, std::span<float> frames) const {
    const auto mels = static_cast<std::size_t>(recordings_.set->mels);
    const auto n = static_cast<std::size_t>(frames_[row]);
    const std::span<const float> features = recordings_.set->recording(samples_[row]);
    for (std::size_t t = 0; t < n; ++t)
        for (std::size_t m = 0; m < mels; ++m)
            frames[t * mels + m] = (features[t * mels + m] - normalization_.mean[m]) / normalization_.deviation[m];
    std::fill(frames.begin() + static_cast<std::ptrdiff_t>(n * mels), frames.end(), 0.0F);
    if (!options_.augmentation) return;
    const SpecMasks masks = draw_spec_masks(*options_.augmentation, frames_[row], recordings_.set->mels, options_.seed,
                                            epoch, samples_[row]);
    for (const SpecMask& mask : masks.frames)
        std::fill_n(frames.begin() + mask.begin * recordings_.set->mels, mask.width * recordings_.set->mels, 0.0F);
    for (const SpecMask& mask : masks.mels)
        for (std::size_t t = 0; t < n; ++t)
            std::fill_n(frames.begin() + static_cast<std::ptrdiff_t>(t * mels) + mask.begin, mask.width, 0.0F);
}

void SpectrogramLoader::write_targets(std::size_t row, std::span<float> tokens) {
    const std::span<const std::int64_t> target = recordings_.set->target(samples_[row]);
    labels_[row] = target[0];
    lengths_[row] = static_cast<std::int64_t>(target.size());
    const auto most = static_cast<std::size_t>(batch_.most_targets);
    const auto columns = std::span(targets_).subspan(row * most, most);
    std::fill(columns.begin(), columns.end(), none);
    std::transform(target.begin(), target.end(), columns.begin(),
                   [](std::int64_t label) { return label + speech_tokens::first_class; });
    if (options_.tokens == 0) return;
    const auto length = static_cast<std::size_t>(options_.tokens);
    const auto next = std::span(next_).subspan(row * length, length);
    const auto read = tokens.subspan(row * length, length);
    std::fill(next.begin(), next.end(), none);
    std::fill(read.begin(), read.end(), static_cast<float>(speech_tokens::padding));
    read[0] = static_cast<float>(speech_tokens::begin);
    for (std::size_t i = 0; i < target.size(); ++i) {
        next[i] = columns[i];
        read[i + 1] = static_cast<float>(columns[i]);
    }
    next[target.size()] = speech_tokens::end;
}

}  // namespace hpnas
