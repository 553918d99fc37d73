#pragma once
#include <vector>

#include "hpnas/config/options.hpp"
#include "hpnas/latency/latency_surrogate.hpp"

namespace hpnas {

/// offset + coefficients . features.
class LinearSurrogate final : public LatencySurrogate {
public:
    /// @param coefficients_ms  [features], finite. @throws InternalError otherwise
    LinearSurrogate(double offset_ms, std::vector<double> coefficients_ms);
    std::string_view name() const noexcept override { return "linear"; }
    std::size_t features() const noexcept override { return coefficients_ms_.size(); }

    double offset_ms() const noexcept { return offset_ms_; }
    const std::vector<double>& coefficients_ms() const noexcept { return coefficients_ms_; }
    bool operator==(const LinearSurrogate& other) const noexcept {
        return offset_ms_ == other.offset_ms_ && coefficients_ms_ == other.coefficients_ms_;
    }

private:
    double do_value(std::span<const double> features) const override;
    double do_value_and_gradient(std::span<const double> features, std::span<double> gradient) const override;

    double offset_ms_ = 0;
    std::vector<double> coefficients_ms_;
};

struct LinearFitOptions {
    double penalty = 1;
    bool penalise_offset = true;
    void visit(OptionVisitor& v);
};

/// Ridge regression in closed form: minimises sum (offset + coefficients . x - t)^2 + penalty * (|coefficients|^2 +
/// offset^2, the latter if penalise_offset). The one-hot features of each choice add up to 1, so that without a penalty
/// the offset is not determined; penalty 0 takes the smallest that makes the normal equations solvable. Same bits for
/// any number of threads. Cost samples * choices * features + features^3 / 3. Default: as UNAS (Vahdat et al., CVPR
/// 2020), whose code penalises all coefficients by 1.
/// @throws InternalError as check_samples
LinearSurrogate fit_linear(const SurrogateSamples& samples, const LinearFitOptions& options);

}  // namespace hpnas
