#include "hpnas/data/token_loader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "hpnas/core/error.hpp"
#include "hpnas/core/rng.hpp"

namespace hpnas {
namespace {

/// Stream of one example in one epoch: 2^31 epochs of 2^32 examples.
std::uint64_t stream(std::int64_t epoch, std::int64_t sample) {
    return (static_cast<std::uint64_t>(epoch) << 32U) ^ static_cast<std::uint64_t>(sample);
}

}  // namespace

TokenLoader::TokenLoader(EpochOrder order, std::vector<std::int64_t> indices, Options options)
    : order_(order), indices_(std::move(indices)), options_(options) {
    positions_.resize(static_cast<std::size_t>(options_.batch));
    samples_.resize(positions_.size());
}

TokenLoader::TokenLoader(TextSubset texts, Options options)
    : TokenLoader(EpochOrder(texts.size(), options.batch, options.seed, options.training, texts.set->source),
                  texts.indices, options) {
    texts_ = std::move(texts.set);
    sequences_ = &texts_->sequences;
    labels_.resize(positions_.size());
    batch_ = {samples_, labels_, {}, {}, 0};
}

TokenLoader::TokenLoader(SpanSubset windows, Options options)
    : TokenLoader(EpochOrder(windows.size(), options.batch, options.seed, options.training, windows.set->source),
                  windows.indices, options) {
    windows_ = std::move(windows.set);
    sequences_ = &windows_->sequences;
    begins_.resize(positions_.size());
    ends_.resize(positions_.size());
    batch_ = {samples_, {}, begins_, ends_, 0};
}

const TokenBatch& TokenLoader::fill(std::int64_t epoch, std::int64_t index, std::span<float> tokens,
                                    std::span<float> segments) {
    const auto length = static_cast<std::size_t>(options_.sequence);
    if (tokens.size() != positions_.size() * length || (!segments.empty() && segments.size() != tokens.size()))
        throw InternalError(fmt::format("token loader: memory of {} tokens and {} segments for {} rows of {}",
                                        tokens.size(), segments.size(), positions_.size(), length));
    batch_.valid = order_.fill(epoch, index, positions_);
    for (std::size_t row = 0; row < positions_.size(); ++row) {
        const std::int64_t sample = indices_[static_cast<std::size_t>(positions_[row])];
        samples_[row] = sample;
        if (texts_) labels_[row] = texts_->labels[static_cast<std::size_t>(sample)];
        if (windows_) write_answer(row);
        write_row(epoch, row, tokens.subspan(row * length, length),
                  segments.empty() ? segments : segments.subspan(row * length, length));
    }
    return batch_;
}

void TokenLoader::write_answer(std::size_t row) {
    const SpanSet::Window& window = windows_->windows[static_cast<std::size_t>(samples_[row])];
    const bool inside = window.end < options_.sequence;
    begins_[row] = inside ? window.begin : 0;
    ends_[row] = inside ? window.end : 0;
}

void TokenLoader::write_row(std::int64_t epoch, std::size_t row, std::span<float> tokens,
                            std::span<float> segments) const {
    const std::int64_t sample = samples_[row];
    const std::span<const std::int32_t> sequence = (*sequences_)[sample];
    const std::size_t length = std::min(sequence.size(), tokens.size());
    std::fill(tokens.begin(), tokens.end(), static_cast<float>(options_.padding));
    std::copy_n(sequence.begin(), length, tokens.begin());
    if (options_.training && options_.mask_rate > 0) {
        Rng rng(options_.seed, Purpose::augmentation, stream(epoch, sample));
        for (std::size_t i = 0; i < length; ++i)
            if (rng.uniform() < options_.mask_rate && i > 0 && sequence[i] != options_.separator)
                tokens[i] = static_cast<float>(options_.masked);
    }
    if (segments.empty()) return;
    const auto second =
        std::min(static_cast<std::size_t>(sequences_->second[static_cast<std::size_t>(sample)]), length);
    std::fill(segments.begin(), segments.end(), 0.0F);
    std::fill(segments.begin() + static_cast<std::ptrdiff_t>(second),
              segments.begin() + static_cast<std::ptrdiff_t>(length), 1.0F);
}

}  // namespace hpnas
