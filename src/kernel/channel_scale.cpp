#include "hpnas/kernel/channel_scale.hpp"

#include <array>

#include "parallel.hpp"

namespace hpnas::kernel {
namespace {

/// Channels that one task sums over all positions.
constexpr std::int64_t channels_per_task = 64;

/// A task's channels [begin, end) of one image.
struct Columns {
    std::int64_t image, begin, end;
};

/// Calls f(columns) for every group of channels of every image, on all threads.
template <class F>
void for_columns(const ChannelScaleShape& shape, F&& f) {
    const std::int64_t groups = (shape.c + channels_per_task - 1) / channels_per_task;
    for_blocks(shape.n * groups, 1, [&](std::int64_t task, std::int64_t) {
        const std::int64_t begin = task % groups * channels_per_task;
        f(Columns{task / groups, begin, std::min(shape.c, begin + channels_per_task)});
    });
}

}  // namespace

void scale_channels(const ChannelScaleShape& shape, const float* src, const float* gate, float* dst) {
    for_columns(shape, [=](const Columns& columns) {
        const float* g = gate + columns.image * shape.c;
        for (std::int64_t s = 0; s < shape.spatial; ++s) {
            const std::int64_t at = (columns.image * shape.spatial + s) * shape.c;
            for (std::int64_t c = columns.begin; c < columns.end; ++c) dst[at + c] = src[at + c] * g[c];
        }
    });
}

void scale_channels_backward(const ChannelScaleShape& shape, const ChannelScaleBackward& args) {
    for_columns(shape, [&shape, args](const Columns& columns) {
        std::array<double, channels_per_task> sum{};
        for (std::int64_t s = 0; s < shape.spatial; ++s) {
            const std::int64_t at = (columns.image * shape.spatial + s) * shape.c;
            if (args.diff_gate != nullptr)
                for (std::int64_t c = columns.begin; c < columns.end; ++c)
                    sum[static_cast<std::size_t>(c - columns.begin)] +=
                        static_cast<double>(args.src[at + c]) * static_cast<double>(args.diff_dst[at + c]);
            if (args.diff_src != nullptr)
                for (std::int64_t c = columns.begin; c < columns.end; ++c)
                    args.diff_src[at + c] = args.diff_dst[at + c] * args.gate[columns.image * shape.c + c];
        }
        if (args.diff_gate == nullptr) return;
        for (std::int64_t c = columns.begin; c < columns.end; ++c)
            args.diff_gate[columns.image * shape.c + c] =
                static_cast<float>(sum[static_cast<std::size_t>(c - columns.begin)]);
    });
}

}  // namespace hpnas::kernel
