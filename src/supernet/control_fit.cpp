#include "hpnas/supernet/control_fit.hpp"

#include <algorithm>

namespace hpnas {
namespace {

enum Moment : std::size_t { score_score, score_control, control_control, loss_score, loss_control };

}  // namespace

void add_control_moments(double weight, double loss, std::span<const double> score, std::span<const double> control,
                         std::span<double> moments) {
    double ss = 0, sc = 0, cc = 0;
    for (std::size_t i = 0; i < score.size(); ++i) {
        ss += score[i] * score[i];
        sc += score[i] * control[i];
        cc += control[i] * control[i];
    }
    moments[score_score] += weight * ss;
    moments[score_control] += weight * sc;
    moments[control_control] += weight * cc;
    moments[loss_score] += weight * loss * ss;
    moments[loss_control] += weight * loss * sc;
}

ControlFit fit_control(std::span<const double> moments, bool with_constant, const ControlFit& start) {
    const bool constant = with_constant && moments[score_score] > 0;
    // The constant is eliminated first: what of C, and of L S, is not parallel to S.
    const double slope = constant ? moments[score_control] / moments[score_score] : 0.0;
    const double left = moments[control_control] - slope * moments[score_control];
    ControlFit fit = start;
    if (left > 1e-12 * moments[control_control])
        fit.scale = std::clamp((moments[loss_control] - slope * moments[loss_score]) / left, 0.0, 2.0);
    if (constant) fit.baseline = (moments[loss_score] - fit.scale * moments[score_control]) / moments[score_score];
    return fit;
}

}  // namespace hpnas
