#include "hpnas/score/meco.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "hpnas/graph/passes.hpp"
#include "hpnas/linalg/symmetric_eigen.hpp"
#include "hpnas/score/attention_layers.hpp"
#include "hpnas/score/feature_matrix.hpp"
#include "hpnas/score/probe.hpp"
#include "hpnas/score/random_weights.hpp"

namespace hpnas {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

bool constant(std::span<const float> x, std::size_t width) {
    for (std::size_t i = width; i < x.size(); ++i)
        if (x[i] != x[i - width]) return false;
    return true;
}

/// Smallest eigenvalue of the correlation matrix of the columns.
double least_eigenvalue(std::span<const float> x, std::size_t rows) {
    const std::size_t n = x.size() / rows;
    std::vector<double> matrix = covariance(x, rows);
    std::vector<double> deviation(n);
    for (std::size_t i = 0; i < n; ++i) deviation[i] = std::sqrt(matrix[i * n + i]);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j) {
            double& value = matrix[i * n + j];
            if (!std::isfinite(value)) return undefined;
            const double scale = deviation[i] * deviation[j];
            value = scale > 0 ? value / scale : 0.0;
        }
    return linalg::symmetric_eigenvalues(matrix, n).front();
}

/// Different numbers below n, ascending: `count` of them.
std::vector<std::size_t> choose(Rng rng, std::size_t n, std::size_t count) {
    std::vector<std::size_t> all(n);
    for (std::size_t i = 0; i < n; ++i) all[i] = i;
    for (std::size_t i = 0; i < count; ++i) std::swap(all[i], all[i + rng.below(n - i)]);
    all.resize(count);
    std::ranges::sort(all);
    return all;
}

std::vector<float> columns(std::span<const float> x, std::size_t width, const std::vector<std::size_t>& chosen) {
    std::vector<float> result;
    for (std::size_t row = 0; row < x.size() / width; ++row)
        for (const std::size_t c : chosen) result.push_back(x[row * width + c]);
    return result;
}

}  // namespace

void MecoOptions::visit(OptionVisitor& v) {
    v.integer({"channels", "channels drawn of each feature map; 0: all", 0, 4096}, channels);
    v.integer({"batch", "images whose statistics batch norms use; the first is looked at", 1, 65'536}, batch);
}

const ScoreInfo& Meco::info() const noexcept {
    static const ScoreInfo info{
        .name = "meco", .doc = "sum over feature maps of the least eigenvalue of their channels' correlation (MeCo)"};
    return info;
}

double Meco::do_compute(ScoreProbe& probe) const {
    if (AttentionLayers(probe.network()).any()) return undefined;  // tokens have no maps
    const Network network = remove_randomness(probe.network());
    Parameters parameters = initial_parameters(probe, network);
    Executor executor(
        network, parameters, probe.device(),
        {.batch = options_.batch, .mode = ExecutionMode::training, .gradients = false, .observable = true});
    for (std::size_t i = 0; i < network.inputs().size(); ++i)
        probe.fill_random(i, fmt::format("meco/input/{}", i), executor.input(i));
    double sum = 0;
    bool cut = true;  // no maps, or the last one is constant
    executor.forward({}, [&](const Executor::NodeView& view) {
        const Shape& shape = view.node.shape;
        const auto width = static_cast<std::size_t>(shape.channels());
        if (shape.rank() != 3 || width < 2) return;
        const auto rows = static_cast<std::size_t>(shape[0] * shape[1]);
        const std::span<const float> first = view.dst.first(rows * width);
        cut = constant(first, width);
        const auto wanted = static_cast<std::size_t>(options_.channels);
        if (wanted == 0 || wanted >= width) {
            sum += least_eigenvalue(first, rows);
        } else {
            const auto chosen = choose(probe.rng("meco/channels/" + view.node.name), width, wanted);
            sum += least_eigenvalue(columns(first, width, chosen), rows) * static_cast<double>(width) /
                   static_cast<double>(wanted);
        }
    });
    return cut ? undefined : sum;
}

}  // namespace hpnas
