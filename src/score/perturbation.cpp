#include "hpnas/score/perturbation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "hpnas/graph/network_editor.hpp"
#include "hpnas/graph/passes.hpp"
#include "hpnas/kernel/random_normal.hpp"
#include "hpnas/op/batch_norm.hpp"
#include "hpnas/score/probe.hpp"
#include "hpnas/score/random_weights.hpp"

namespace hpnas {
namespace {

bool has_cells(const Network& network) {
    return std::ranges::any_of(network.blocks(),
                               [](const Block& block) { return block.key.starts_with("nasbench201 "); });
}

/// The value before the last node of this type; -1 if there is none.
NodeId before_last(const Network& network, std::string_view type) {
    for (auto id = static_cast<NodeId>(network.nodes().size()) - 1; id >= 0; --id) {
        const Node& node = network.node(id);
        if (node.op != nullptr && node.op->type() == type) return node.inputs[0];
    }
    return -1;
}

Network without_squeeze_excite(const Network& network) {
    NetworkEditor editor(network);
    for (NodeId id = 0; id < editor.size(); ++id) {
        const std::string_view type = editor.node(id).op == nullptr ? "" : editor.node(id).op->type();
        if (type == "squeeze_excite" || type == "scale_channels") editor.bypass(id);
    }
    return std::move(editor).finish();
}

/// Running statistics that follow each batch (momentum 1) or as the definition of NormVariance::running says.
Network with_momentum(const Network& network, double momentum) {
    NetworkEditor editor(network);
    for (NodeId id = 0; id < editor.size(); ++id) {
        const auto* norm = editor.as<BatchNorm>(id);
        if (norm == nullptr) continue;
        BatchNormAttributes attributes = norm->attributes();
        attributes.momentum = momentum;
        editor.replace_operator(id, make_batch_norm(attributes));
    }
    return std::move(editor).finish();
}

double log_norms(const Parameters& parameters) {
    double sum = 0;
    for (const Parameters::Entry& entry : parameters.entries()) {
        if (entry.spec.role != ParameterRole::running_variance) continue;
        double total = 0;
        for (const float variance : parameters.values(entry)) total += variance;
        // A dead branch: its norm rescales nothing.
        if (total > 0) sum += 0.5 * std::log(total / static_cast<double>(entry.spec.shape.count()));
    }
    return sum;
}

double mean_difference(std::span<const float> a, std::span<const float> b, std::int64_t images) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += std::abs(static_cast<double>(a[i]) - b[i]);
    return sum / static_cast<double>(images);
}

void restart_statistics(Parameters& parameters) {
    for (const Parameters::Entry& entry : parameters.entries()) {
        if (entry.spec.role == ParameterRole::running_mean) std::ranges::fill(parameters.values(entry), 0.0F);
        if (entry.spec.role == ParameterRole::running_variance) std::ranges::fill(parameters.values(entry), 1.0F);
    }
}

/// The scored network and its images.
class Perturbation {
public:
    Perturbation(ScoreProbe& probe, const PerturbationOptions& options, NormVariance variance)
        : probe_(probe),
          options_(options),
          variance_(variance),
          network_(with_momentum(perturbed_part(probe.network(), options.links),
                                 variance == NormVariance::batch ? 1.0 : 0.1)),
          parameters_(network_),
          executor_(network_, parameters_, probe.device(),
                    {.batch = options.batch, .mode = ExecutionMode::training, .gradients = false}) {
        restart_statistics(parameters_);
    }

    PerturbationDraw draw(std::int64_t repeat) {
        const std::string purpose = fmt::format("perturbation/{}", repeat);
        draw_normal_weights(probe_, WeightScale::unit, purpose, network_, parameters_);
        std::vector<std::vector<float>> images;
        for (std::size_t i = 0; i < network_.inputs().size(); ++i) {
            images.emplace_back(executor_.input(i).size());
            fill(images[i], fmt::format("{}/images/{}", purpose, i));
            std::ranges::copy(images[i], executor_.input(i).begin());
        }
        executor_.forward();
        PerturbationDraw result;
        if (variance_ == NormVariance::batch) result.log_norms = log_norms(parameters_);
        const std::vector<float> features(executor_.output().begin(), executor_.output().end());
        for (std::size_t i = 0; i < images.size(); ++i) {
            const std::span<float> changed = executor_.input(i);
            fill(changed, fmt::format("{}/change/{}", purpose, i));
            const auto gamma = static_cast<float>(options_.gamma);
            for (std::size_t j = 0; j < changed.size(); ++j) changed[j] = images[i][j] + gamma * changed[j];
        }
        executor_.forward();
        if (variance_ == NormVariance::running) result.log_norms = log_norms(parameters_);
        result.log_difference = std::log(mean_difference(features, executor_.output(), options_.batch));
        return result;
    }

private:
    void fill(std::span<float> values, const std::string& purpose) const {
        kernel::fill_normal(kernel::NormalKey(probe_.rng(purpose)), 1, values.data(),
                            static_cast<std::int64_t>(values.size()));
    }

    ScoreProbe& probe_;
    const PerturbationOptions& options_;
    NormVariance variance_;
    Network network_;
    Parameters parameters_;
    Executor executor_;
};

}  // namespace

void PerturbationOptions::visit(OptionVisitor& v) {
    constexpr std::array<std::string_view, 3> choices{"automatic", "remove", "keep"};
    v.integer({"repeats", "draws of weights and images whose values are averaged", 1, 10'000}, repeats);
    v.integer({"batch", "images per draw", 2, 65'536}, batch);
    v.number({"gamma", "size of the change of the images", 1e-6, 10}, gamma);
    v.choice({"links", "residual links while scoring; automatic: kept in NAS-Bench-201, else removed"}, links, choices);
}

Network perturbed_part(const Network& network, const std::string& links) {
    const bool keep = links == "keep" || (links == "automatic" && has_cells(network));
    Network part = remove_randomness(without_squeeze_excite(network));
    if (!keep) part = remove_residuals(part);
    NodeId end = before_last(part, "global_average_pool");
    if (end < 0) end = before_last(part, "linear");
    return end < 0 ? part : cut_at(part, {end});
}

std::vector<PerturbationDraw> perturb(ScoreProbe& probe, const PerturbationOptions& options, NormVariance variance) {
    if (before_last(probe.network(), "embedding") >= 0) return {};
    Perturbation perturbation(probe, options, variance);
    std::vector<PerturbationDraw> draws;
    for (std::int64_t i = 0; i < options.repeats; ++i) draws.push_back(perturbation.draw(i));
    return draws;
}

}  // namespace hpnas
