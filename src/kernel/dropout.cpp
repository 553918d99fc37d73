#include "hpnas/kernel/dropout.hpp"

#include "loops.hpp"
#include "parallel.hpp"

namespace hpnas::kernel {
namespace {

/// Elements whose draw, uniform below 2^32, is below `threshold` are dropped.
DropoutRange make_range(DropoutKey key, float probability) {
    const auto threshold = static_cast<std::uint32_t>(static_cast<double>(probability) * 4294967296.0);
    return {key.low, key.high, threshold, 1.0F / (1.0F - probability), 0, 0};
}

static_assert(elements_per_unit % 2 == 0, "elements are drawn in pairs");

}  // namespace

void dropout(DropoutKey key, float probability, const float* src, float* dst, std::int64_t count) {
    for_elements(count, [=](std::int64_t begin, std::int64_t end) {
        DropoutRange range = make_range(key, probability);
        range.begin = begin;
        range.count = end - begin;
        loops().dropout(range, src + begin, dst + begin);
    });
}

void drop_path_factors(DropoutKey key, float probability, std::int64_t first, std::int64_t n, float* factors) {
    DropoutRange range = make_range(key, probability);
    range.count = 2;
    for (std::int64_t s = 0; s < n; ++s) {
        // Element 2 s of a dropout, so that `first` may be odd.
        const float ones[] = {1.0F, 1.0F};
        float pair[2];
        range.begin = 2 * (first + s);
        loops().dropout(range, ones, pair);
        factors[s] = pair[0];
    }
}

void scale_samples(const SampleScale& args, std::int64_t n, std::int64_t per_sample) {
    const std::int64_t blocks_per_sample = (per_sample + elements_per_block - 1) / elements_per_block;
    for_blocks(n * blocks_per_sample, 1, [&](std::int64_t i, std::int64_t) {
        const std::int64_t s = i / blocks_per_sample, begin = i % blocks_per_sample * elements_per_block;
        const std::int64_t at = s * per_sample + begin;
        loops().scale(args.factors[s], args.src + at, args.residual == nullptr ? nullptr : args.residual + at,
                      args.dst + at, std::min(per_sample - begin, elements_per_block));
    });
}

}  // namespace hpnas::kernel
