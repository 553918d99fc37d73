#include "hpnas/score/az_nas.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "hpnas/graph/passes.hpp"
#include "hpnas/linalg/symmetric_eigen.hpp"
#include "hpnas/score/feature_matrix.hpp"
#include "hpnas/score/probe.hpp"
#include "hpnas/score/random_weights.hpp"

namespace hpnas {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

/// Last nodes of the blocks whose value has positions and channels.
std::vector<NodeId> features_of(const Network& network) {
    std::vector<NodeId> features;
    for (const Block& block : network.blocks())
        if (network.node(block.last).shape.rank() >= 2) features.push_back(block.last);
    return features;
}

double entropy(std::span<const float> feature, std::size_t rows) {
    const std::vector<double> matrix = covariance(feature, rows);
    const double finite = std::accumulate(matrix.begin(), matrix.end(), 0.0);
    if (!std::isfinite(finite)) return undefined;
    std::vector<double> values = linalg::symmetric_eigenvalues(matrix, feature.size() / rows);
    for (double& value : values) value = std::max(value, 0.0);  // below: rounding
    const double sum = std::accumulate(values.begin(), values.end(), 0.0);
    double result = 0;
    for (const double value : values) result -= value / sum * std::log(value / sum + 1e-8);
    return result;
}

/// The images of src [n, H, W, C] as [n, H / s, W / s, s * s * C]: the pixels of s x s squares side by side.
std::vector<float> joined_pixels(std::span<const float> src, std::int64_t n, const Shape& shape, std::int64_t s) {
    const std::int64_t h = shape[0] / s, w = shape[1] / s, c = shape[2];
    std::vector<float> dst(static_cast<std::size_t>(n * h * w * s * s * c));
    float* to = dst.data();
    for (std::int64_t row = 0; row < n * h; ++row)
        for (std::int64_t x = 0; x < w; ++x)
            for (std::int64_t dy = 0; dy < s; ++dy, to += s * c)
                std::copy_n(src.data() + ((row * s + dy) * w + x) * s * c, s * c, to);
    return dst;
}

/// The stride between two features; 0 if the sizes do not fit each other.
std::int64_t stride_between(const Shape& in, const Shape& out) {
    if (in.rank() != out.rank()) return 0;
    if (in.rank() == 2) return in[0] == out[0] ? 1 : 0;
    const std::int64_t stride = in[0] / out[0];
    return stride >= 1 && in[0] == out[0] * stride && in[1] == out[1] * stride ? stride : 0;
}

/// Random signs; 32 from a draw.
void fill_signs(Rng rng, std::span<float> values) {
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < values.size(); ++i, bits >>= 1) {
        if (i % 32 == 0) bits = rng();
        values[i] = (bits & 1) != 0 ? 1.0F : -1.0F;
    }
}

double trainability(std::span<const float> in, std::span<const float> out, std::size_t rows) {
    constexpr double worst = -std::numeric_limits<double>::infinity();
    if (in.size() == out.size() && std::ranges::equal(in, out)) return worst;
    std::vector<double> product = transposed_product(in, out, rows);
    for (double& value : product) {
        value /= static_cast<double>(rows);
        if (!std::isfinite(value)) return undefined;
    }
    const double s = gram_singular_values(product, in.size() / rows, out.size() / rows).back();
    return s > 0 ? 2 - s - 1 / (s + 1e-6) : worst;
}

/// Both passes over the network.
class Passes {
public:
    explicit Passes(ScoreProbe& probe)
        : probe_(probe),
          network_(remove_randomness(probe.network())),
          parameters_(network_),
          executor_(network_, parameters_, probe.device(),
                    {.batch = probe.settings().batch, .mode = ExecutionMode::training, .observable = true}),
          features_(features_of(network_)) {}

    std::vector<double> forward() {
        draw_normal_weights(probe_, WeightScale::fan_in, "az_nas", network_, parameters_);
        for (std::size_t i = 0; i < network_.inputs().size(); ++i)
            probe_.fill_random(i, fmt::format("az_nas/input/{}", i), executor_.input(i));
        std::vector<double> entropies;
        executor_.forward({}, [&](const Executor::NodeView& view) {
            if (is_feature(view.id)) entropies.push_back(entropy(view.dst, rows(view.id)));
        });
        return entropies;
    }

    /// At each feature the gradient that arrives is the answer to the signs put into the one behind it; then its own
    /// signs flow on.
    std::vector<double> backward() {
        std::vector<double> result;
        for (std::size_t i = 0; i < network_.outputs().size(); ++i)
            std::ranges::fill(executor_.output_gradient(i), 0.0F);
        NodeId behind = -1;
        std::vector<float> signs;
        executor_.backward({}, [&](const Executor::NodeView& view) {
            if (!is_feature(view.id)) return;
            if (behind >= 0) compare(view, behind, signs, result);
            behind = view.id;
            signs.resize(view.diff_dst.size());
            fill_signs(probe_.rng("az_nas/signs/" + view.node.name), signs);
            std::ranges::copy(signs, view.diff_dst.begin());
        });
        std::ranges::reverse(result);
        return result;
    }

private:
    bool is_feature(NodeId id) const { return std::ranges::find(features_, id) != features_.end(); }
    std::size_t rows(NodeId id) const {
        const Shape& shape = network_.node(id).shape;
        return static_cast<std::size_t>(executor_.batch() * shape.count() / shape.channels());
    }
    void compare(const Executor::NodeView& view, NodeId behind, const std::vector<float>& signs,
                 std::vector<double>& result) const {
        const Shape &in = network_.node(view.id).shape, &out = network_.node(behind).shape;
        const std::int64_t stride = stride_between(in, out);
        if (stride == 0) return;
        if (stride == 1) {
            result.push_back(trainability(view.diff_dst, signs, rows(behind)));
        } else {
            const std::vector<float> joined = joined_pixels(view.diff_dst, executor_.batch(), in, stride);
            result.push_back(trainability(joined, signs, rows(behind)));
        }
    }

    ScoreProbe& probe_;
    Network network_;
    Parameters parameters_;
    Executor executor_;
    std::vector<NodeId> features_;
};

}  // namespace

AzNas::AzNas(ScoreProbe& probe) {
    Passes passes(probe);
    entropies_ = passes.forward();
    trainabilities_ = passes.backward();
}

const ScoreInfo& AzExpressivity::info() const noexcept {
    static const ScoreInfo info{.name = "az_expressivity",
                                .doc = "sum over blocks of the entropy of their channels' covariance (AZ-NAS)"};
    return info;
}
double AzExpressivity::do_compute(ScoreProbe& probe) const {
    const std::vector<double>& entropies = probe.pass<AzNas>().entropies();
    return entropies.empty() ? undefined : std::accumulate(entropies.begin(), entropies.end(), 0.0);
}

const ScoreInfo& AzProgressivity::info() const noexcept {
    static const ScoreInfo info{.name = "az_progressivity",
                                .doc = "smallest growth of that entropy from block to block (AZ-NAS)"};
    return info;
}
double AzProgressivity::do_compute(ScoreProbe& probe) const {
    const std::vector<double>& entropies = probe.pass<AzNas>().entropies();
    double least = entropies.size() < 2 ? undefined : std::numeric_limits<double>::infinity();
    for (std::size_t i = 1; i < entropies.size(); ++i) {
        const double growth = entropies[i] - entropies[i - 1];
        if (!(growth >= least)) least = growth;  // NaN wins
    }
    return least;
}

const ScoreInfo& AzTrainability::info() const noexcept {
    static const ScoreInfo info{.name = "az_trainability",
                                .doc = "how near to 1 blocks scale random gradients, mean (AZ-NAS)"};
    return info;
}
double AzTrainability::do_compute(ScoreProbe& probe) const {
    const std::vector<double>& values = probe.pass<AzNas>().trainabilities();
    if (values.empty()) return undefined;
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace hpnas
