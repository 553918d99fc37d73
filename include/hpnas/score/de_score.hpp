#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "hpnas/config/node.hpp"
#include "hpnas/config/options.hpp"
#include "hpnas/score/composite_score.hpp"
#include "hpnas/score/de_score_scale.hpp"

namespace hpnas {

/// How much each aspect counts. An aspect that has no meaning for a network (diversity of attention in a convolutional
/// one) is left out, whatever its weight.
struct DeScoreWeights {
    double expressivity = 1, complexity = 1, diversity = 1, saliency = 1, latency = 0;
    void visit(OptionVisitor& v);
};

struct DeScoreOptions {
    std::string mode = "fixed";
    DeScoreWeights weights;
    ConfigNode scores;
    std::int64_t reference = 64;
    void visit(OptionVisitor& v);
};

/// DE-Score, the train-free score of DE-NAS: expressivity, complexity, diversity and saliency of an untrained network,
/// against its latency. Larger is better.
///
/// Which aspects apply follows from the network. With attention: diversity (of the attention matrices) and saliency (of
/// the other linear layers). Without: expressivity (zen), complexity (ntk) and saliency (synflow). Latency applies to
/// both.
///
/// mode `fixed`: sum of weight * (term - median) / spread - weight * the same of ln(latency), median and spread (1.4826
/// * median absolute deviation) of a reference sample of the space; terms of heavy tails as logarithms. DE-NAS writes
/// the latency as a factor, (EXP + COM + DIV + SAL) * LAT; a factor below 1 *raises* a negative sum, so that of two bad
/// networks the slower one would win. Here it is a term like the others: the logarithm of exp(sum) * latency^-w, which
/// falls with latency whatever the sign of the rest.
///
/// mode `rank`: sum of weight * ln(rank / n), the rank being the term's place in the reference sample
/// (de_score_scale.hpp). Source: AZ-NAS (Lee and Ham, CVPR 2024).
///
/// mode `compat`: the formulas of Intel's DE-NAS 1.2, for comparison; without attention w_e * EXP / (w_s * SAL) - w_c *
/// COND, with it (w_d * DIV + w_s * SAL) / (1 + w_l * latency in ms). Terms are near DE-NAS's: EXP without the batch
/// norms' term, COND through batch statistics, DIV of Frobenius norms, SAL with norms left in its flow and layers
/// counted twice. Different: an undefined term makes the score undefined, where DE-NAS takes it for zero; networks with
/// attention see one random input, where DE-NAS has batches of fixed ones.
class DeScore final : public CompositeScore {
public:
    /// @throws ConfigError if `scores` holds a mistake or is given in mode compat, or all weights are 0
    explicit DeScore(DeScoreOptions options);
    ~DeScore() override;

    const ScoreInfo& info() const noexcept override { return info_; }
    std::span<const std::string> terms() const noexcept override { return names_; }
    std::vector<double> compute_terms(ScoreProbe& probe) const override;
    double combine(std::span<const double> terms) const override;
    std::int64_t reference_size() const noexcept override { return options_.mode == "compat" ? 0 : options_.reference; }
    void set_reference(std::span<const std::vector<double>> sample) override;

private:
    struct Term;
    void add(const std::string& score, double weight, int domain, bool logarithm);
    void add_listed();
    void add_automatic();
    void add_compat();
    bool applies(const Term& term, bool attention) const noexcept;
    double compat(std::span<const double> terms) const;
    std::size_t index(std::string_view name) const;

    DeScoreOptions options_;
    ScoreInfo info_;
    std::vector<Term> terms_;         // of terms 1, 2, ...; term 0 tells whether the network has attention
    std::vector<std::string> names_;  // [terms_ + 1]
};

}  // namespace hpnas
