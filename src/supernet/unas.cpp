#include "hpnas/supernet/unas.hpp"

#include "hpnas/supernet/control_fit.hpp"

namespace hpnas {
namespace {

// Statistics of a term: the mean residual L - eta c, then the moments of control_fit.hpp.
constexpr std::size_t n_statistics = 1 + n_control_moments;

std::span<const double> row_of(const std::vector<double>& values, std::size_t row, std::size_t width) {
    return std::span(values).subspan(row * width, width);
}

}  // namespace

void UnasOptions::visit(OptionVisitor& v) {
    sampling.visit(v);
    relaxation.visit(v);
    baseline.visit(v);
    v.number({"control_scale", "factor of the control variate; 0: plain score function", -10, 10}, control_scale);
    v.boolean({"fit_control_scale", "start there, then the factor of least variance in past steps"}, fit_control_scale);
    v.boolean({"coupled", "one relaxed pass for all terms; false: one more, of slightly less variance"}, coupled);
}

/// One sample of a term and everything evaluated at it; per row.
struct UnasEstimator::Draw {
    GumbelSample sample, conditional;  // conditional, control: those of the sample if coupled
    std::vector<double> discrete, relaxed, slopes, control, control_slopes;

    const std::vector<double>& control_losses() const { return control.empty() ? relaxed : control; }
};

/// How one row enters the mean over rows and samples.
struct UnasEstimator::RowWeights {
    double temperature, eta;
    double share = 1;     // of the row in the mean
    double residual = 0;  // L(z) - eta c - b
    std::size_t row = 0;
};

UnasEstimator::UnasEstimator(UnasOptions options)
    : GradientEstimator(options.sampling.soften, n_statistics, options.baseline.momentum),
      options_(std::move(options)),
      info_{"unas", true, 1, options_.coupled ? 1 : 2} {
    options_.baseline.check(options_.sampling);
    options_.relaxation.check();
}

UnasEstimator::Draw UnasEstimator::draw(const Term& term, std::int64_t sample, double temperature) const {
    const std::vector<double> noise =
        sample_noise(options_.sampling, term.objective, term.key, sample, options_.coupled ? 1 : 2);
    const std::size_t block = noise.size() / (options_.coupled ? 1 : 2);
    Draw draw;
    draw.sample = gumbel_sample(term.law, std::span(noise).first(block), temperature);
    const std::size_t rows = block / term.law.groups().total();
    draw.discrete.resize(rows);
    draw.relaxed.resize(rows);
    draw.slopes.resize(block);
    term.objective.value(draw.sample.choices, draw.discrete);
    term.objective.value_and_grad(draw.sample.relaxed, draw.relaxed, draw.slopes);
    if (options_.coupled) return draw;
    draw.conditional = conditional_sample(term.law, draw.sample.choices, std::span(noise).last(block), temperature);
    draw.control.resize(rows);
    draw.control_slopes.resize(block);
    term.objective.value_and_grad(draw.conditional.relaxed, draw.control, draw.control_slopes);
    return draw;
}

// grad E[L(zeta)] - grad E[L(zeta) | z] of one row. Coupled, the two share s = dL/dy and differ by the winner ratios.
void UnasEstimator::add_path(const Term& term, const Draw& draw, const RowWeights& weights,
                             std::span<double> path) const {
    const std::size_t row = weights.row;
    const double temperature = weights.temperature;
    const ChoiceGroups& groups = term.law.groups();
    const std::span<const std::int16_t> choices =
        std::span(draw.sample.choices).subspan(row * groups.count(), groups.count());
    std::vector<double> shares(groups.total(), 1.0), by_perturbed(groups.total());
    const auto slice = [&](const std::vector<double>& values) { return row_of(values, row, groups.total()); };
    softmax_backward(groups, slice(draw.sample.relaxed), slice(draw.slopes), temperature, by_perturbed);
    if (options_.coupled) {
        winner_ratios(groups, slice(draw.sample.perturbed), choices, shares);
        add_through_shares(term.law, shares, by_perturbed, 1, path);
        return;
    }
    add_through_shares(term.law, shares, by_perturbed, 1, path);
    winner_ratios(groups, slice(draw.conditional.perturbed), choices, shares);
    for (double& share : shares) share = 1 - share;
    softmax_backward(groups, slice(draw.conditional.relaxed), slice(draw.control_slopes), temperature, by_perturbed);
    add_through_shares(term.law, shares, by_perturbed, -1, path);
}

ControlFit UnasEstimator::control(const Term& term) const {
    const ControlFit start{.scale = options_.control_scale, .baseline = term.means.empty() ? 0.0 : term.means[0]};
    if (!options_.fit_control_scale || term.means.empty()) return start;
    return fit_control(std::span(term.means).subspan(1), options_.baseline.baseline != "none", start);
}

void UnasEstimator::add_row(const Term& term, const Draw& draw, const RowWeights& weights, TermEstimate& result) const {
    const ChoiceGroups& groups = term.law.groups();
    const std::span<const std::int16_t> choices =
        std::span(draw.sample.choices).subspan(weights.row * groups.count(), groups.count());
    std::vector<double> path(groups.total());
    add_path(term, draw, weights, path);
    for (std::size_t j = 0; j < path.size(); ++j) result.path[j] += weights.eta * weights.share * path[j];
    term.law.add_score(choices, weights.share * weights.residual, result.score);
    if (!options_.fit_control_scale) return;
    std::vector<double> score(groups.total()), control(groups.total());
    term.law.add_score(choices, 1, score);
    for (std::size_t j = 0; j < path.size(); ++j) control[j] = draw.control_losses()[weights.row] * score[j] - path[j];
    add_control_moments(weights.share, draw.discrete[weights.row], score, control,
                        std::span(result.statistics).subspan(1));
}

void UnasEstimator::do_estimate(const Term& term, TermEstimate& result) const {
    const ControlFit fit = control(term);
    RowWeights weights{.temperature = options_.relaxation.at(term.progress), .eta = fit.scale};
    std::vector<Draw> draws;
    std::vector<double> residuals;
    ReportSums sums;
    for (std::int64_t i = 0; i < options_.sampling.samples; ++i) {
        const Draw& one = draws.emplace_back(draw(term, i, weights.temperature));
        sums.add(one.discrete, one.control_losses());
        for (std::size_t row = 0; row < one.discrete.size(); ++row)
            residuals.push_back(one.discrete[row] - weights.eta * one.control_losses()[row]);
    }
    weights.share = 1.0 / static_cast<double>(residuals.size());
    for (const double value : residuals) result.statistics[0] += weights.share * value;
    options_.baseline.subtract(residuals, fit.baseline);
    const std::size_t rows = draws.front().discrete.size();
    for (std::size_t i = 0; i < residuals.size(); ++i) {
        weights.row = i % rows;
        weights.residual = residuals[i];
        add_row(term, draws[i / rows], weights, result);
    }
    result.report = sums.report();
    result.report.control_scale = weights.eta;
    result.points = std::move(draws.front().sample.relaxed);
    result.choices = std::move(draws.front().sample.choices);
}

}  // namespace hpnas
