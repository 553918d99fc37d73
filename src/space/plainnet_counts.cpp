#include "hpnas/space/plainnet_counts.hpp"

namespace hpnas {
namespace {

/// Adds up the convolutions of a chain of units. All sizes are real numbers: the published count divides without
/// rounding.
class Counter {
public:
    explicit Counter(const TaskShape& task)
        : channels_(task.input_channels), resolution_(static_cast<double>(task.resolution)) {}

    void unit(const ResidualUnit& u) {
        const std::int64_t in = channels_;
        if (u.kind == UnitKind::conv) {
            conv(in, u.out, u.kernel, u.stride);
        } else if (u.kind == UnitKind::basic) {
            conv(in, u.mid, u.kernel, u.stride);
            conv(u.mid, u.out, u.kernel, 1);
        } else {
            conv(in, u.mid, 1, 1);
            conv(u.kind == UnitKind::inverted ? 1 : u.mid, u.mid, u.kernel, u.stride);
            conv(u.mid, u.out, 1, 1);
        }
        if (u.project) projection(in, u.out, u.stride);
        channels_ = u.out;
    }
    PlainNetCounts finish(std::int64_t layers, std::int64_t classes) {
        counts_.layers = layers;
        counts_.model_size += channels_ * classes + 1;
        counts_.flops += static_cast<double>(channels_ * classes);
        return counts_;
    }

private:
    /// A convolution with its batch norm.
    void conv(std::int64_t in, std::int64_t out, std::int64_t kernel, std::int64_t stride) {
        resolution_ /= static_cast<double>(stride);
        const std::int64_t weights = in * out * kernel * kernel;
        counts_.model_size += weights + out;
        counts_.flops += static_cast<double>(weights + out) * resolution_ * resolution_;
    }
    void projection(std::int64_t in, std::int64_t out, std::int64_t stride) {
        const double side = resolution_ / static_cast<double>(stride);
        const std::int64_t weights = in * out + out;  // the bias counts per output, too
        counts_.model_size += weights;
        counts_.flops += static_cast<double>(weights) * side * side;
    }

    std::int64_t channels_;
    double resolution_;
    PlainNetCounts counts_;
};

}  // namespace

PlainNetCounts plainnet_counts(std::span<const SuperBlock> structure, const TaskShape& task) {
    Counter counter(task);
    std::int64_t layers = 0;
    for (const SuperBlock& block : structure) {
        layers += block.layers;
        for (const ResidualUnit& unit : super_block_units(block, false)) counter.unit(unit);
    }
    return counter.finish(layers, task.classes);
}

}  // namespace hpnas
