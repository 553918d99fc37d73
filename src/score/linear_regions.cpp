#include "hpnas/score/linear_regions.hpp"

#include <algorithm>
#include <limits>
#include <unordered_set>
#include <vector>

#include "hpnas/core/hash.hpp"
#include "hpnas/score/probe.hpp"
#include "hpnas/score/random_weights.hpp"

namespace hpnas {
namespace {

/// Running 64-bit hashes of the samples' ReLU states; two patterns of 1000 collide with probability 3e-14.
class PatternHashes {
public:
    explicit PatternHashes(std::int64_t n) : hashes_(static_cast<std::size_t>(n), 0) {}

    void add(const Executor::NodeView& view) {
        const auto units = static_cast<std::size_t>(view.node.shape.count());
        any_ = true;
#pragma omp parallel
        {
            std::vector<std::byte> states(units);
#pragma omp for schedule(static)
            for (std::size_t i = 0; i < hashes_.size(); ++i) {
                const float* values = view.dst.data() + i * units;
                for (std::size_t j = 0; j < units; ++j) states[j] = static_cast<std::byte>(values[j] > 0);
                hashes_[i] = hash64(states, hashes_[i]);
            }
        }
    }
    double distinct() const {
        if (!any_) return std::numeric_limits<double>::quiet_NaN();
        return static_cast<double>(std::unordered_set(hashes_.begin(), hashes_.end()).size());
    }

private:
    std::vector<std::uint64_t> hashes_;
    bool any_ = false;
};

/// Rows of `values` evenly spaced on the line from the first to the last row.
void lay_on_a_line(std::span<float> values, std::size_t n) {
    const std::size_t width = values.size() / n;
    const float* first = values.data();
    const float* last = values.data() + (n - 1) * width;
    for (std::size_t i = 1; i + 1 < n; ++i) {
        const float t = static_cast<float>(i) / static_cast<float>(n - 1);
        for (std::size_t j = 0; j < width; ++j) values[i * width + j] = (1 - t) * first[j] + t * last[j];
    }
}

double count_regions(ScoreProbe& probe, const Network& network, const LinearRegionsOptions& options) {
    Parameters parameters = initial_parameters(probe, network);
    Executor executor(network, parameters, probe.device(),
                      {.batch = options.samples, .gradients = false, .observable = true});
    for (std::size_t i = 0; i < network.inputs().size(); ++i) {
        probe.fill_random(i, "linear_regions", executor.input(i));
        if (options.segment) lay_on_a_line(executor.input(i), static_cast<std::size_t>(options.samples));
    }
    PatternHashes patterns(options.samples);
    executor.forward({}, [&](const Executor::NodeView& view) {
        if (view.node.op->type() == "relu") patterns.add(view);
    });
    return patterns.distinct();
}

bool takes_images(const Network& network) {
    return std::ranges::all_of(network.inputs(), [&](NodeId id) { return network.node(id).shape.rank() == 3; });
}

}  // namespace

void LinearRegionsOptions::visit(OptionVisitor& v) {
    v.integer({"samples", "random samples, the largest possible value", 2, 100000}, samples);
    v.integer({"resolution", "height and width of the images; 0: the network's own", 0, 4096}, resolution);
    v.boolean({"segment", "samples on a line instead of independent ones"}, segment);
}

const ScoreInfo& LinearRegions::info() const noexcept {
    static const ScoreInfo info{.name = "linear_regions",
                                .doc = "different ReLU patterns among random samples (TE-NAS, ICLR 2021)"};
    return info;
}

Network at_resolution(const Network& network, std::int64_t resolution) {
    NetworkBuilder builder;
    for (const Node& node : network.nodes()) {
        if (node.op == nullptr) {
            builder.input(node.name, {resolution, resolution, node.shape[2]});
        } else {
            builder.add(node.name, node.op, node.inputs);
        }
    }
    return std::move(builder).finish({network.outputs().begin(), network.outputs().end()});
}

double LinearRegions::do_compute(ScoreProbe& probe) const {
    constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
    if (!probe.connected() || !takes_images(probe.network())) return undefined;
    if (options_.resolution == 0) return count_regions(probe, probe.network(), options_);
    try {
        return count_regions(probe, at_resolution(probe.network(), options_.resolution), options_);
    } catch (const ShapeError&) {
        return undefined;
    }
}

}  // namespace hpnas
