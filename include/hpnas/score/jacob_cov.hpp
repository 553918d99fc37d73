#pragma once
#include <cstdint>
#include <vector>

#include "hpnas/config/options.hpp"
#include "hpnas/score/score.hpp"

namespace hpnas {

struct JacobCovOptions {
    bool coupled = false;  ///< batch norms in training mode, as published
    void visit(OptionVisitor& v);
};

/// - sum_i [ln(lambda_i + k) + 1 / (lambda_i + k)], k = 1e-5, lambda the eigenvalues of the correlation matrix of the
/// rows d(sum of logits) / dx_n. By default with the batch norms' statistics held at those of the batch, so that a row
/// is the gradient of its own sample; `coupled` as published. Not defined if a row is constant.
/// Source: Mellor et al., arXiv:2006.04647v1; Abdelfattah et al., ICLR 2021.
class JacobCov final : public Score {
public:
    explicit JacobCov(JacobCovOptions options) : options_(options) {}
    const ScoreInfo& info() const noexcept override;

private:
    double do_compute(ScoreProbe& probe) const override;

    JacobCovOptions options_;
};

/// The score of rows [n, features]; NaN if a row is constant.
double jacobian_covariance(const std::vector<float>& rows, std::int64_t n);

}  // namespace hpnas
