#include "hpnas/data/batch_loader.hpp"

#include <fmt/format.h>
#include <omp.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

constexpr std::int64_t batches_ahead = 2;

double least_area(const BatchLoader::Options& options) {
    return options.augmentation ? options.augmentation->crop_area : 1.0;
}

}  // namespace

BatchLoader::BatchLoader(ImageSubset images, Normalization normalization, Options options)
    : images_(std::move(images)),
      options_(std::move(options)),
      order_(images_.size(), options_.batch, options_.seed, options_.augmentation.has_value(), images_.images->source),
      window_{options_.height, options_.width, 1.0, least_area(options_), options_.seed},
      windowed_(from_files() || window_.least_area < 1),
      shape_(windowed_ ? Shape{options_.height, options_.width, 3} : images_.images->shape) {
    if (shape_.channels() != images_.images->shape.channels())
        throw ConfigError(fmt::format("augmentation.crop_area: expected images of 3 channels, got {}",
                                      images_.images->shape.channels()));
    if (from_files()) decoder_ = std::make_unique<BatchDecoder>(images_.images->files, window_);
    for (const float mean : normalization.mean) mean_colour_.push_back(static_cast<std::uint8_t>(std::lround(mean)));
    for (std::int64_t x = 0; x < shape_[1]; ++x)
        for (std::size_t c = 0; c < normalization.mean.size(); ++c) {
            scale_.push_back(1.0F / normalization.deviation[c]);
            offset_.push_back(-normalization.mean[c] / normalization.deviation[c]);
        }
    if (options_.height != shape_[0] || options_.width != shape_[1]) {
        rows_ = make_taps(shape_[0], options_.height);
        columns_ = make_taps(shape_[1], options_.width);
    }
    const auto size = static_cast<std::size_t>(options_.batch);
    for (std::vector<std::int64_t>* column : {&positions_, &samples_, &labels_}) column->resize(size);
    if (options_.augmentation && options_.augmentation->mixup > 0.0) {
        partner_positions_.resize(size);
        partners_.resize(size);
        weights_.resize(size);
    }
    batch_ = {samples_, labels_, partners_, weights_, 0};
}

std::vector<BatchLoader::Tap> BatchLoader::make_taps(std::int64_t source, std::int64_t target) {
    std::vector<Tap> taps;
    const double ratio = static_cast<double>(source) / static_cast<double>(target);
    for (std::int64_t i = 0; i < target; ++i) {
        const double at = std::max(0.0, (static_cast<double>(i) + 0.5) * ratio - 0.5);
        const auto low = std::min(static_cast<std::int64_t>(at), source - 1);
        taps.push_back({low, std::min(low + 1, source - 1), static_cast<float>(at - static_cast<double>(low))});
    }
    return taps;
}

void BatchLoader::choose(std::int64_t epoch, std::int64_t index) {
    batch_.valid = order_.fill(epoch, index, positions_);
    for (std::size_t r = 0; r < positions_.size(); ++r) {
        samples_[r] = images_.indices[static_cast<std::size_t>(positions_[r])];
        labels_[r] = images_.label(positions_[r]);
    }
    if (!weights_.empty()) choose_partners(epoch);
}

/// Images of a batch, then those that are mixed in.
std::vector<std::int64_t> BatchLoader::samples_of(std::int64_t epoch, std::int64_t index) const {
    std::vector<std::int64_t> samples(positions_.size());
    order_.fill(epoch, index, samples);
    for (std::int64_t& sample : samples) sample = images_.indices[static_cast<std::size_t>(sample)];
    for (std::size_t row = 0; row < weights_.size(); ++row) {
        const Mixing mixing =
            draw_mixing(options_.augmentation->mixup, images_.size(), options_.seed, epoch, samples[row]);
        samples.push_back(images_.indices[static_cast<std::size_t>(mixing.partner)]);
    }
    return samples;
}

/// Takes the batch's windows, after requesting the batches that will be asked for next if things go on as they did.
void BatchLoader::decode(std::int64_t epoch, std::int64_t index) {
    if (!decoder_->requested(epoch, index)) {
        decoder_->clear();
        decoder_->request(epoch, index, samples_of(epoch, index));
    }
    if (epoch == last_epoch_ && index > last_index_) step_ = index - last_index_;
    last_epoch_ = epoch;
    last_index_ = index;
    std::int64_t next_epoch = epoch, next = index;
    for (std::int64_t ahead = 0; ahead < batches_ahead; ++ahead) {
        next += step_;
        if (next >= n_batches()) {
            if (!options_.augmentation) break;  // one pass
            ++next_epoch;
            next = index % step_;
        }
        if (!decoder_->requested(next_epoch, next)) decoder_->request(next_epoch, next, samples_of(next_epoch, next));
    }
    decoded_ = decoder_->take(epoch, index);
}

void BatchLoader::choose_partners(std::int64_t epoch) {
    for (std::size_t row = 0; row < weights_.size(); ++row) {
        const Mixing mixing =
            draw_mixing(options_.augmentation->mixup, images_.size(), options_.seed, epoch, samples_[row]);
        partner_positions_[row] = mixing.partner;
        partners_[row] = images_.label(mixing.partner);
        weights_[row] = mixing.weight;
    }
}

/// Per thread: a normalised image of the stored size and the same stretched to the output's width (resizing), an image
/// of the output's size (mixing).
std::size_t BatchLoader::scratch_floats() const {
    const std::int64_t channels = shape_.channels();
    const std::int64_t resizing = rows_.empty() ? 0 : shape_.count() + shape_[0] * options_.width * channels;
    const std::int64_t mixing = weights_.empty() ? 0 : options_.height * options_.width * channels;
    return static_cast<std::size_t>(resizing + mixing);
}

const BatchLabels& BatchLoader::fill(std::int64_t epoch, std::int64_t index, std::span<float> dst) {
    const std::int64_t count = options_.height * options_.width * shape_.channels();
    if (static_cast<std::int64_t>(dst.size()) != options_.batch * count)
        throw InternalError(
            fmt::format("batch loader: memory of {} floats for {} images of {}", dst.size(), options_.batch, count));
    choose(epoch, index);
    if (decoder_) decode(epoch, index);
    scratch_.resize(std::max(scratch_.size(), static_cast<std::size_t>(omp_get_max_threads())));
    for (Scratch& scratch : scratch_) scratch.floats.resize(scratch_floats());
#pragma omp parallel for schedule(static)
    for (std::int64_t row = 0; row < options_.batch; ++row)
        write_row(epoch, static_cast<std::size_t>(row), scratch_[static_cast<std::size_t>(omp_get_thread_num())],
                  dst.data() + row * count);
    return batch_;
}

void BatchLoader::write_row(std::int64_t epoch, std::size_t row, Scratch& scratch, float* dst) const {
    if (weights_.empty()) return write_image(epoch, row, false, scratch, scratch.floats.data(), dst);
    const std::int64_t count = options_.height * options_.width * shape_.channels();
    float *partner = scratch.floats.data(), *rest = partner + count;
    write_image(epoch, row, false, scratch, rest, dst);
    write_image(epoch, row, true, scratch, rest, partner);
    const float weight = weights_[row];
    for (std::int64_t i = 0; i < count; ++i) dst[i] = weight * dst[i] + (1.0F - weight) * partner[i];
}

/// Bytes of a row's image, or of the one mixed in, of shape_.
const std::uint8_t* BatchLoader::pixels(std::int64_t epoch, std::size_t row, bool partner, Scratch& scratch) const {
    if (decoder_) return decoded_[partner ? positions_.size() + row : row].data();
    const std::int64_t position = partner ? partner_positions_[row] : positions_[row];
    if (!windowed_) return images_.image(position);
    const Shape& stored = images_.images->shape;
    const ImageWindow window =
        window_(stored[0], stored[1], epoch, images_.indices[static_cast<std::size_t>(position)]);
    scratch.window =
        resample_image({stored[0], stored[1], images_.image(position)}, window, options_.height, options_.width);
    return scratch.window.data();
}

void BatchLoader::write_image(std::int64_t epoch, std::size_t row, bool partner, Scratch& scratch, float* floats,
                              float* dst) const {
    const std::uint8_t* src = pixels(epoch, row, partner, scratch);
    const std::int64_t position = partner ? partner_positions_[row] : positions_[row];
    float* plain = rows_.empty() ? dst : floats;
    if (options_.augmentation)
        augment(src, epoch, images_.indices[static_cast<std::size_t>(position)], scratch, plain);
    else
        normalize(src, {}, plain);
    if (!rows_.empty()) resize(plain, floats + shape_.count(), dst);
}

/// dst [H, W, C]
void BatchLoader::augment(const std::uint8_t* src, std::int64_t epoch, std::int64_t sample, Scratch& scratch,
                          float* dst) const {
    const AugmentationOptions& how = *options_.augmentation;
    if (how.rand_augment.operations > 0) {
        scratch.image.assign(src, src + shape_.count());
        rand_augment(how.rand_augment, shape_, mean_colour_, options_.seed, rand_augment_stream(epoch, sample),
                     scratch.image.data(), scratch.copy);
        src = scratch.image.data();
    }
    normalize(src, draw_transform(how, shape_, options_.seed, epoch, sample), dst);
    if (how.erasing > 0)
        erase(draw_erasure(how.erasing, shape_, options_.seed, epoch, sample), shape_, options_.seed, epoch, sample,
              dst);
}

/// src, dst [H, W, C]
void BatchLoader::normalize(const std::uint8_t* src, const ImageTransform& transform, float* dst) const {
    const std::int64_t line = shape_[1] * shape_.channels();
    for (std::int64_t y = 0; y < shape_[0]; ++y) {
        const std::int64_t from = y + transform.shift_y;
        if (from < 0 || from >= shape_[0])
            std::fill_n(dst + y * line, line, 0.0F);
        else
            normalize_line(src + from * line, transform, dst + y * line);
    }
    cut_hole(transform, dst);
}

/// src, dst [W, C]
void BatchLoader::normalize_line(const std::uint8_t* src, const ImageTransform& transform, float* dst) const {
    const std::int64_t width = shape_[1], channels = shape_.channels();
    const std::int64_t begin = std::clamp<std::int64_t>(-transform.shift_x, 0, width);
    const std::int64_t end = std::clamp<std::int64_t>(width - transform.shift_x, 0, width);
    std::fill_n(dst, width * channels, 0.0F);
    if (!transform.flip) {
        const std::uint8_t* from = src + (begin + transform.shift_x) * channels;
        float* to = dst + begin * channels;
        for (std::int64_t i = 0; i < (end - begin) * channels; ++i) {
            const auto k = static_cast<std::size_t>(i);
            to[i] = static_cast<float>(from[i]) * scale_[k] + offset_[k];
        }
        return;
    }
    for (std::int64_t x = begin; x < end; ++x)
        for (std::int64_t c = 0; c < channels; ++c) {
            const auto k = static_cast<std::size_t>(c);
            dst[(width - 1 - x) * channels + c] =
                static_cast<float>(src[(x + transform.shift_x) * channels + c]) * scale_[k] + offset_[k];
        }
}

void BatchLoader::cut_hole(const ImageTransform& transform, float* dst) const {
    const std::int64_t height = shape_[0], width = shape_[1], channels = shape_.channels();
    const std::int64_t top = std::clamp<std::int64_t>(transform.hole_top, 0, height);
    const std::int64_t bottom = std::clamp<std::int64_t>(transform.hole_top + transform.hole_side, 0, height);
    const std::int64_t left = std::clamp<std::int64_t>(transform.hole_left, 0, width);
    const std::int64_t right = std::clamp<std::int64_t>(transform.hole_left + transform.hole_side, 0, width);
    for (std::int64_t y = top; y < bottom; ++y)
        std::fill(dst + (y * width + left) * channels, dst + (y * width + right) * channels, 0.0F);
}

/// src [H, W, C] -> stretched [H, W', C] -> dst [H', W', C]: when enlarging, most of the work is the second, contiguous
/// pass.
void BatchLoader::resize(const float* src, float* stretched, float* dst) const {
    const std::int64_t channels = shape_.channels(), line = options_.width * channels;
    for (std::int64_t y = 0; y < shape_[0]; ++y) {
        const float* from = src + y * shape_[1] * channels;
        float* to = stretched + y * line;
        for (const Tap& tap : columns_)
            for (std::int64_t c = 0; c < channels; ++c) {
                const float low = from[tap.low * channels + c], high = from[tap.high * channels + c];
                *to++ = low + (high - low) * tap.high_weight;
            }
    }
    for (const Tap& tap : rows_) {
        const float *low = stretched + tap.low * line, *high = stretched + tap.high * line;
        for (std::int64_t i = 0; i < line; ++i) dst[i] = low[i] + (high[i] - low[i]) * tap.high_weight;
        dst += line;
    }
}

}  // namespace hpnas
