// Slow references of the estimators, by definition: finite differences of samples with the noise held fixed.
#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "hpnas/supernet/builtin.hpp"
#include "hpnas/supernet/gumbel.hpp"
#include "hpnas/supernet/toy.hpp"

namespace hpnas::reference {

using Vector = std::vector<double>;

inline ChoiceGroups groups_of(const std::vector<std::size_t>& sizes) {
    return ChoiceGroups{std::span<const std::size_t>(sizes)};
}

/// An estimator by YAML text: "unas", or "{name: unas, temperature: 1}".
inline std::unique_ptr<GradientEstimator> make(const std::string& yaml) {
    Diagnostics diagnostics;
    auto estimator = estimators().make(parse_yaml("e: " + yaml, "test").map.front().second, "e", diagnostics);
    diagnostics.throw_if_any();
    return estimator;
}

/// Central differences; error about 1e-9 for functions of order one.
inline Vector gradient(const std::function<double(const Vector&)>& f, Vector x, double step = 1e-5) {
    Vector result(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
        const double at = x[i];
        x[i] = at + step;
        const double up = f(x);
        x[i] = at - step;
        result[i] = (up - f(x)) / (2 * step);
        x[i] = at;
    }
    return result;
}

/// softmax per group, soften by epsilon, logarithm: directly.
inline Vector log_law(const ChoiceGroups& groups, const Vector& logits, double epsilon) {
    Vector result(logits.size());
    for (std::size_t g = 0; g < groups.count(); ++g) {
        const std::size_t begin = groups.offset(g), end = begin + groups.size(g);
        double sum = 0;
        for (std::size_t i = begin; i < end; ++i) sum += std::exp(logits[i]);
        for (std::size_t i = begin; i < end; ++i)
            result[i] =
                std::log((std::exp(logits[i]) / sum + epsilon) / (1 + static_cast<double>(groups.size(g)) * epsilon));
    }
    return result;
}

inline Vector relax(const ChoiceGroups& groups, const Vector& y, double temperature) {
    Vector scaled(y);
    for (double& value : scaled) value /= temperature;
    Vector zeta = log_law(groups, scaled, 0);
    for (double& value : zeta) value = std::exp(value);
    return zeta;
}

inline double relaxed_loss(RelaxedObjective& objective, const Vector& point) {
    Vector loss(1), slope(point.size());
    objective.value_and_grad(point, loss, slope);
    return loss[0];
}

inline double discrete_loss(RelaxedObjective& objective, const Encoding& z) {
    Vector loss(1);
    objective.value(z, loss);
    return loss[0];
}

inline Vector gumbel_perturb(const ChoiceGroups& groups, const Vector& logits, double epsilon, const Vector& u) {
    Vector y = log_law(groups, logits, epsilon);
    for (std::size_t i = 0; i < y.size(); ++i) y[i] -= std::log(-std::log(u[i]));
    return y;
}

/// y given the winners k and noise log v.
inline Vector conditional_perturb(const ChoiceGroups& groups, const Vector& logits, double epsilon, const Encoding& k,
                                  const Vector& log_v) {
    const Vector log_p = log_law(groups, logits, epsilon);
    Vector y(log_p.size());
    for (std::size_t g = 0; g < groups.count(); ++g) {
        const std::size_t winner = groups.offset(g) + static_cast<std::size_t>(k[g]);
        for (std::size_t i = groups.offset(g); i < groups.offset(g) + groups.size(g); ++i)
            y[i] = i == winner ? -std::log(-log_v[winner]) : -std::log(-log_v[i] / std::exp(log_p[i]) - log_v[winner]);
    }
    return y;
}

/// The noise that makes conditional_perturb(v) equal to gumbel_perturb(u).
inline Vector coupled_log_v(const ChoiceGroups& groups, const Vector& log_p, const Encoding& k, const Vector& u) {
    Vector log_v(u.size());
    for (std::size_t g = 0; g < groups.count(); ++g) {
        const std::size_t winner = groups.offset(g) + static_cast<std::size_t>(k[g]);
        const double winners = std::log(u[winner]) / std::exp(log_p[winner]);
        for (std::size_t i = groups.offset(g); i < groups.offset(g) + groups.size(g); ++i)
            log_v[i] = i == winner ? winners : std::log(u[i]) - std::exp(log_p[i]) * winners;
    }
    return log_v;
}

/// The three terms of UNAS for noise u and, unless coupled, v; by finite differences.
inline Vector unas(RelaxedObjective& objective, const Vector& logits, double epsilon, double temperature,
                   const Vector& u, const Vector* v = nullptr) {
    const ChoiceGroups& groups = objective.groups();
    const Vector y = gumbel_perturb(groups, logits, epsilon, u), log_p = log_law(groups, logits, epsilon);
    const Encoding z = argmax(groups, y);
    Vector log_v = coupled_log_v(groups, log_p, z, u);
    if (v != nullptr) std::transform(v->begin(), v->end(), log_v.begin(), [](double x) { return std::log(x); });
    const auto relaxed = [&](const Vector& perturbed) {
        return relaxed_loss(objective, relax(groups, perturbed, temperature));
    };
    const double weight = discrete_loss(objective, z) - relaxed(conditional_perturb(groups, logits, epsilon, z, log_v));
    return gradient(
        [&](const Vector& x) {
            const Vector law = log_law(groups, x, epsilon);
            double log_z = 0;
            for (std::size_t g = 0; g < groups.count(); ++g)
                log_z += law[groups.offset(g) + static_cast<std::size_t>(z[g])];
            return weight * log_z + relaxed(gumbel_perturb(groups, x, epsilon, u)) -
                   relaxed(conditional_perturb(groups, x, epsilon, z, log_v));
        },
        logits);
}

inline void expect_near(std::span<const double> actual, std::span<const double> expected, double tolerance) {
    ASSERT_EQ(actual.size(), expected.size());
    for (std::size_t i = 0; i < actual.size(); ++i) EXPECT_NEAR(actual[i], expected[i], tolerance) << "element " << i;
}

inline double sum(std::span<const double> values) {
    double total = 0;
    for (const double value : values) total += value;
    return total;
}

/// N examples; example i sees scale[i] * the toy. For architectures per example.
class BatchObjective final : public RelaxedObjective {
public:
    explicit BatchObjective(Vector scales) : toy_(quadratic_toy()), scales_(std::move(scales)) {}
    const ChoiceGroups& groups() const noexcept override { return toy_.objective->groups(); }
    std::size_t examples() const noexcept override { return scales_.size(); }
    const Vector& logits() const { return toy_.logits; }

private:
    double scale(std::size_t rows, std::size_t row) const {
        return rows == 1 ? sum(scales_) / static_cast<double>(scales_.size()) : scales_[row];
    }
    void do_value(std::span<const std::int16_t> choices, std::span<double> losses) override {
        for (std::size_t i = 0; i < losses.size(); ++i) {
            toy_.objective->value(choices.subspan(i * 2, 2), losses.subspan(i, 1));
            losses[i] *= scale(losses.size(), i);
        }
    }
    void do_value_and_grad(std::span<const double> points, std::span<double> losses,
                           std::span<double> gradients) override {
        for (std::size_t i = 0; i < losses.size(); ++i) {
            const std::span<double> slopes = gradients.subspan(i * 6, 6);
            toy_.objective->value_and_grad(points.subspan(i * 6, 6), losses.subspan(i, 1), slopes);
            losses[i] *= scale(losses.size(), i);
            for (double& slope : slopes) slope *= scale(losses.size(), i);
        }
    }
    ToyProblem toy_;
    Vector scales_;
};

}  // namespace hpnas::reference
