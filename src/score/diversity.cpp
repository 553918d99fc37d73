#include "hpnas/score/diversity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <vector>

#include "hpnas/graph/passes.hpp"
#include "hpnas/score/attention_layers.hpp"
#include "hpnas/score/feature_matrix.hpp"
#include "hpnas/score/flow.hpp"
#include "hpnas/score/probe.hpp"
#include "hpnas/score/random_weights.hpp"

namespace hpnas {
namespace {

/// Sum of the singular values of x [rows, ...].
double nuclear(std::span<const float> x, std::size_t rows) {
    const double size = frobenius_norm(x);
    if (!(size > 0) || !std::isfinite(size)) return size;
    const std::vector<double> matrix(x.begin(), x.end());
    const std::vector<double> values = gram_singular_values(matrix, rows, x.size() / rows);
    return std::accumulate(values.begin(), values.end(), 0.0);
}

bool is_matrix(const Network& network, const Parameters::Entry& entry) {
    const std::string_view type = network.node(entry.node).op->type();
    return entry.spec.role == ParameterRole::weight && (type == "linear" || type == "conv2d");
}

}  // namespace

void DiversityOptions::visit(OptionVisitor& v) {
    constexpr std::array<std::string_view, 2> norms{"nuclear", "frobenius"};
    v.choice({"norm", "of weights and gradients: sum of the singular values, or root of the sum of squares"}, norm,
             norms);
    v.integer({"batch", "random inputs", 1, 65'536}, batch);
}

const ScoreInfo& Diversity::info() const noexcept {
    static const ScoreInfo info{
        .name = "diversity", .unit = "ln 1", .doc = "ln of the sum of nuclear norms |W| |dR/dW| (TF-TAS, DE-NAS)"};
    return info;
}

double Diversity::do_compute(ScoreProbe& probe) const {
    const Network network = remove_randomness(probe.network());
    Parameters parameters = initial_parameters(probe, network);
    Executor executor(network, parameters, probe.device(), {.batch = options_.batch, .mode = ExecutionMode::training});
    for (std::size_t i = 0; i < network.inputs().size(); ++i)
        probe.fill_random(i, fmt::format("diversity/input/{}", i), executor.input(i));
    executor.forward();
    for (std::size_t i = 0; i < network.outputs().size(); ++i) std::ranges::fill(executor.output_gradient(i), 1.0F);
    executor.backward();

    const AttentionLayers layers(network);
    std::vector<double> logs;
    for (const Parameters::Entry& entry : parameters.entries()) {
        if (!is_matrix(network, entry) || (layers.any() && !layers.in_attention(entry.node))) continue;
        const std::span<const float> weight = parameters.values(entry);
        const std::span<const float> gradient = executor.gradients().subspan(entry.offset, weight.size());
        const auto rows = static_cast<std::size_t>(entry.spec.shape[0]);
        const bool sum = options_.norm == "nuclear";
        logs.push_back(std::log(sum ? nuclear(weight, rows) : frobenius_norm(weight)) +
                       std::log(sum ? nuclear(gradient, rows) : frobenius_norm(gradient)));
    }
    return log_sum(logs);
}

}  // namespace hpnas
