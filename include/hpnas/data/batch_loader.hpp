#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "hpnas/data/augmentation.hpp"
#include "hpnas/data/batch_decoder.hpp"
#include "hpnas/data/epoch_order.hpp"
#include "hpnas/data/image_set.hpp"
#include "hpnas/data/normalization.hpp"

namespace hpnas {

/// The labels of a batch; valid until the loader's next fill().
struct BatchLabels {
    std::span<const std::int64_t> samples;   ///< [batch] index of each row's image in its set
    std::span<const std::int64_t> labels;    ///< [batch]
    std::span<const std::int64_t> partners;  ///< [batch] label of the image mixed in; empty without mixup
    std::span<const float> weights;          ///< [batch] share of `labels`; empty without mixup
    std::int64_t valid = 0;                  ///< rows that count; later rows repeat the last one
};

/// Makes normalised float32 batches [batch, H, W, C] of a subset of images, at any resolution (bilinear, pixel centres
/// at half integers, without a smoothing filter when shrinking: like torch's interpolate). What a row holds is a pure
/// function of (seed, epoch, sample), and which sample a position of the epoch holds of (seed, epoch, position):
/// neither depends on batch size, threads or ranks. Image files, and stored images under random crops, are resampled
/// with a smoothing filter (resample_image()); files are decoded ahead by threads of the loader's own, two batches
/// before they are asked for. Pixels beyond the border and inside the cutout hole are 0 (the mean colour). Uses all
/// OpenMP threads.
class BatchLoader {
public:
    struct Options {
        std::int64_t batch = 1;
        std::int64_t height = 32, width = 32;  ///< of the output
        std::uint64_t seed = 0;
        /// Set: training, i.e. shuffled, augmented, an incomplete last batch dropped. Not set: in order, plain, the
        /// last batch padded.
        std::optional<AugmentationOptions> augmentation;
    };
    /// @throws DataError if the subset is empty, or in training has fewer images than one batch.
    BatchLoader(ImageSubset images, Normalization normalization, Options options);
    BatchLoader(const BatchLoader&) = delete;
    BatchLoader& operator=(const BatchLoader&) = delete;
    BatchLoader(BatchLoader&&) noexcept = default;
    BatchLoader& operator=(BatchLoader&&) noexcept = default;

    /// Of one epoch.
    std::int64_t n_batches() const noexcept { return order_.n_batches(); }
    std::int64_t n_images() const noexcept { return images_.size(); }
    /// Writes batch `index` of `epoch`. Cheapest if batches are asked for in order, or every n-th of them.
    /// @param dst [batch, height, width, C]
    /// @throws DataError naming an image file that cannot be decoded
    const BatchLabels& fill(std::int64_t epoch, std::int64_t index, std::span<float> dst);

private:
    /// How one output coordinate is interpolated from the two source coordinates next to it.
    struct Tap {
        std::int64_t low = 0, high = 0;
        float high_weight = 0;
    };
    static std::vector<Tap> make_taps(std::int64_t source, std::int64_t target);

    void choose(std::int64_t epoch, std::int64_t index);
    void choose_partners(std::int64_t epoch);
    std::size_t scratch_floats() const;
    /// Memory of one thread.
    struct Scratch {
        std::vector<float> floats;
        std::vector<std::uint8_t> window;       // of a stored image
        std::vector<std::uint8_t> image, copy;  // rand_augment's
    };
    bool from_files() const noexcept { return images_.images->files != nullptr; }
    void decode(std::int64_t epoch, std::int64_t index);
    std::vector<std::int64_t> samples_of(std::int64_t epoch, std::int64_t index) const;
    const std::uint8_t* pixels(std::int64_t epoch, std::size_t row, bool partner, Scratch& scratch) const;
    void write_row(std::int64_t epoch, std::size_t row, Scratch& scratch, float* dst) const;
    void write_image(std::int64_t epoch, std::size_t row, bool partner, Scratch& scratch, float* floats,
                     float* dst) const;
    void augment(const std::uint8_t* src, std::int64_t epoch, std::int64_t sample, Scratch& scratch, float* dst) const;
    void normalize(const std::uint8_t* src, const ImageTransform& transform, float* dst) const;
    void normalize_line(const std::uint8_t* src, const ImageTransform& transform, float* dst) const;
    void cut_hole(const ImageTransform& transform, float* dst) const;
    void resize(const float* src, float* stretched, float* dst) const;

    ImageSubset images_;
    Options options_;
    EpochOrder order_;
    WindowRule window_;
    bool windowed_;                                           // files, or random crops
    Shape shape_;                                             // of a stored image, or of a window
    std::vector<float> scale_, offset_;                       // [W * C]: normalised = byte * scale + offset
    std::vector<Tap> rows_, columns_;                         // empty if nothing is resized
    std::vector<std::int64_t> positions_, samples_, labels_;  // [batch]
    std::vector<std::int64_t> partner_positions_, partners_;  // [batch]; empty without mixup
    std::vector<float> weights_;                              // [batch]; empty without mixup
    std::vector<std::uint8_t> mean_colour_;                   // [C]
    std::vector<Scratch> scratch_;                            // [threads]
    BatchLabels batch_;
    std::unique_ptr<BatchDecoder> decoder_;      // of files
    std::vector<BatchDecoder::Window> decoded_;  // [batch], then their partners
    std::int64_t last_epoch_ = -1, last_index_ = 0, step_ = 1;
};

}  // namespace hpnas
