#pragma once
#include <cstdint>
#include <string>

#include "hpnas/config/options.hpp"
#include "hpnas/score/score.hpp"

namespace hpnas {

struct DiversityOptions {
    std::string norm = "nuclear";  ///< or "frobenius", as DE-NAS's own program does
    std::int64_t batch = 4;
    void visit(OptionVisitor& v);
};

/// Synaptic diversity: ln of the sum of |W| |dR/dW| over matrices W, both nuclear norms (sums of singular values), R =
/// sum of the outputs. W: the linear layers around attention (queries, keys, values, projection); of networks without
/// attention every convolution [K, kh kw C / g] and linear layer. Weights as the operators start, random inputs
/// (all-ones images would make every token alike and the gradients of queries and keys zero), batch norms with the
/// batch's statistics. Not defined where no gradient flows. Source: Zhou et al., TF-TAS, CVPR 2022; Intel's DE-NAS,
/// 2022.
class Diversity final : public Score {
public:
    explicit Diversity(DiversityOptions options) : options_(std::move(options)) {}
    const ScoreInfo& info() const noexcept override;

private:
    double do_compute(ScoreProbe& probe) const override;

    DiversityOptions options_;
};

}  // namespace hpnas
