#include "hpnas/kernel/fourier_mixing.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace hpnas::kernel {
namespace {

/// cos and sin of 2 pi i l / size, over sqrt(size). The product is reduced first: large angles would lose digits.
double cosine_of(std::int64_t i, std::int64_t l, std::int64_t size) {
    const double turn = static_cast<double>(i * l % size) / static_cast<double>(size);
    return std::cos(2 * std::numbers::pi * turn) / std::sqrt(static_cast<double>(size));
}
double sine_of(std::int64_t i, std::int64_t l, std::int64_t size) {
    const double turn = static_cast<double>(i * l % size) / static_cast<double>(size);
    return std::sin(2 * std::numbers::pi * turn) / std::sqrt(static_cast<double>(size));
}

/// Frequency i of the orthogonal DCT-II at position l.
double cosine_transform(std::int64_t i, std::int64_t l, std::int64_t size) {
    const double turn = static_cast<double>((2 * l + 1) * i % (4 * size)) / static_cast<double>(4 * size);
    return std::sqrt((i == 0 ? 1.0 : 2.0) / static_cast<double>(size)) * std::cos(2 * std::numbers::pi * turn);
}

/// Right factor [c, parts * c]: column j of part p is frequency j.
std::vector<float> channel_matrix(std::int64_t c, bool cosine) {
    std::vector<float> matrix;
    for (std::int64_t m = 0; m < c; ++m) {
        for (std::int64_t j = 0; j < c; ++j)
            matrix.push_back(static_cast<float>(cosine ? cosine_transform(j, m, c) : cosine_of(j, m, c)));
        for (std::int64_t j = 0; !cosine && j < c; ++j) matrix.push_back(static_cast<float>(sine_of(j, m, c)));
    }
    return matrix;
}

/// Left factor [tokens, parts * tokens]: a token's parts stand side by side, so that a sample's rows of parts * c read
/// as parts * tokens rows of c. cos(a + b) = cos a cos b - sin a sin b.
std::vector<float> token_matrix(std::int64_t tokens, bool cosine) {
    std::vector<float> matrix;
    for (std::int64_t i = 0; i < tokens; ++i) {
        for (std::int64_t l = 0; l < tokens; ++l) {
            matrix.push_back(static_cast<float>(cosine ? cosine_transform(i, l, tokens) : cosine_of(i, l, tokens)));
            if (!cosine) matrix.push_back(static_cast<float>(-sine_of(i, l, tokens)));
        }
    }
    return matrix;
}

}  // namespace

FourierMixing::FourierMixing(Engine& engine, const FourierMixingShape& s)
    : shape_(s),
      parts_(s.cosine ? 1 : 2),
      channels_(channel_matrix(s.c, s.cosine)),
      tokens_(token_matrix(s.tokens, s.cosine)),
      mix_channels_(engine, {.m = s.n * s.tokens, .n = parts_ * s.c, .k = s.c}),
      mix_tokens_(engine, {.m = s.tokens, .n = s.c, .k = parts_ * s.tokens}),
      back_tokens_(engine, {.m = parts_ * s.tokens, .n = s.c, .k = s.tokens, .transpose_a = true}),
      back_channels_(engine, {.m = s.n * s.tokens, .n = s.c, .k = parts_ * s.c, .transpose_b = true}) {}

std::size_t FourierMixing::between_bytes() const noexcept {
    const auto count = static_cast<std::size_t>(shape_.n * shape_.tokens * parts_ * shape_.c);
    return (count * sizeof(float) + 63) / 64 * 64;
}

std::size_t FourierMixing::workspace_bytes() const noexcept {
    return between_bytes() + std::max({mix_channels_.workspace_bytes(), mix_tokens_.workspace_bytes(),
                                       back_tokens_.workspace_bytes(), back_channels_.workspace_bytes()});
}

void FourierMixing::forward(const float* src, float* dst, void* workspace) const {
    auto* between = static_cast<float*>(workspace);
    auto* scratch = static_cast<std::byte*>(workspace) + between_bytes();
    mix_channels_.run(src, channels_.data(), nullptr, between, scratch);
    const std::int64_t sample = shape_.tokens * shape_.c;
    for (std::int64_t n = 0; n < shape_.n; ++n)
        mix_tokens_.run(tokens_.data(), between + n * parts_ * sample, nullptr, dst + n * sample, scratch);
}

void FourierMixing::backward(const float* diff_dst, float* diff_src, void* workspace) const {
    auto* between = static_cast<float*>(workspace);
    auto* scratch = static_cast<std::byte*>(workspace) + between_bytes();
    const std::int64_t sample = shape_.tokens * shape_.c;
    for (std::int64_t n = 0; n < shape_.n; ++n)
        back_tokens_.run(tokens_.data(), diff_dst + n * sample, nullptr, between + n * parts_ * sample, scratch);
    back_channels_.run(between, channels_.data(), nullptr, diff_src, scratch);
}

std::string FourierMixing::implementation() const { return mix_channels_.implementation(); }

}  // namespace hpnas::kernel
