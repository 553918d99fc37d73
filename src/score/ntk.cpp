#include "hpnas/score/ntk.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>

#include "hpnas/linalg/symmetric_eigen.hpp"
#include "hpnas/score/frozen_pass.hpp"
#include "hpnas/score/training_pass.hpp"

namespace hpnas {
namespace {

/// Gradients of one sample after the other, through the batch's statistics; only a slice of the parameters is kept at a
/// time, and every slice takes all the passes again.
class CoupledGram {
public:
    CoupledGram(ScoreProbe& probe, bool norm_scales)
        : probe_(probe), pass_(probe.pass<TrainingPass>()), n_(probe.settings().batch), weights_(pass_.weights()) {
        for (const Parameters::Entry& entry : pass_.parameters().entries()) {
            if (norm_scales && entry.spec.role == ParameterRole::scale) weights_.push_back(&entry);
        }
    }

    std::vector<double> compute() {
        constexpr std::int64_t most_floats = 64 << 20;
        std::vector<double> gram(static_cast<std::size_t>(n_ * n_), 0);
        for (std::size_t first = 0, last = 0; first < weights_.size(); first = last) {
            std::int64_t width = 0;
            for (last = first; last < weights_.size(); ++last) {
                const std::int64_t more = weights_[last]->spec.shape.count();
                if (last > first && n_ * (width + more) > most_floats) break;
                width += more;
            }
            add_slice(std::span(weights_).subspan(first, last - first), width, gram);
        }
        return gram;
    }

private:
    void add_slice(std::span<const Parameters::Entry* const> slice, std::int64_t width, std::vector<double>& gram) {
        std::vector<float> rows;
        rows.reserve(static_cast<std::size_t>(n_ * width));
        for (std::int64_t sample = 0; sample < n_; ++sample) {
            backward_from(sample);
            for (const Parameters::Entry* entry : slice) {
                const auto values = pass_.executor().gradients().subspan(
                    entry->offset, static_cast<std::size_t>(entry->spec.shape.count()));
                rows.insert(rows.end(), values.begin(), values.end());
            }
        }
        add_row_products(rows.data(), n_, width, width, gram);
    }
    void backward_from(std::int64_t sample) {
        Executor& executor = pass_.executor();
        for (std::size_t i = 0; i < probe_.network().outputs().size(); ++i) {
            std::ranges::fill(executor.output_gradient(i), 0.0F);
        }
        const std::span<float> upstream = executor.output_gradient();
        const std::size_t count = upstream.size() / static_cast<std::size_t>(n_);
        std::ranges::fill(upstream.subspan(static_cast<std::size_t>(sample) * count, count), 1.0F);
        executor.backward();
    }

    ScoreProbe& probe_;
    TrainingPass& pass_;
    std::int64_t n_;
    std::vector<const Parameters::Entry*> weights_;
};

std::vector<double> frozen_gram(ScoreProbe& probe, bool norm_scales) {
    const GradientGram& parts = probe.pass<FrozenPass>().gram();
    std::vector<double> gram = parts.weights();
    if (!norm_scales) return gram;
    for (std::size_t i = 0; i < gram.size(); ++i) gram[i] += parts.norm_scales()[i];
    return gram;
}

}  // namespace

void NtkOptions::visit(OptionVisitor& v) {
    v.boolean({"coupled", "differentiate through the batch's statistics too, a pass per sample (TE-NAS)"}, coupled);
    v.boolean({"norm_scales", "scales of batch norms count as weights (TE-NAS)"}, norm_scales);
}

const ScoreInfo& Ntk::info() const noexcept {
    static const ScoreInfo info{.name = "ntk",
                                .larger_is_better = false,
                                .doc = "condition number of the neural tangent kernel J J^T (TE-NAS, ICLR 2021)"};
    return info;
}

double Ntk::do_compute(ScoreProbe& probe) const {
    constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
    if (!probe.connected()) return undefined;
    const bool norms = options_.norm_scales;
    const std::vector<double> gram = options_.coupled ? CoupledGram(probe, norms).compute() : frozen_gram(probe, norms);
    if (!std::ranges::all_of(gram, [](double x) { return std::isfinite(x); })) return undefined;
    const auto n = static_cast<std::size_t>(probe.settings().batch);
    const std::vector<double> values = linalg::symmetric_eigenvalues(gram, n);
    const double largest = values.back();
    const double least = std::numeric_limits<double>::epsilon() * static_cast<double>(n) * largest;
    return largest > 0 ? largest / std::max(values.front(), least) : undefined;
}

}  // namespace hpnas
