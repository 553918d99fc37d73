#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "hpnas/config/options.hpp"
#include "hpnas/strategy/candidate_source.hpp"
#include "hpnas/strategy/design.hpp"
#include "hpnas/strategy/feature_map.hpp"
#include "hpnas/strategy/gaussian_process.hpp"

namespace hpnas {

struct BayesOptions {
    std::int64_t initial = 20;
    std::string design = "sobol";
    std::int64_t objective = 0;
    std::int64_t members = 2000;
    std::int64_t elite = 5;
    std::int64_t crossovers = 200;
    std::int64_t mutants = 200;
    std::int64_t climbs = 3;
    std::string liar = "believer";
    std::int64_t fit_points = 300;
    std::int64_t fit_restarts = 2;
    double refit_growth = 0.02;

    void visit(OptionVisitor& v);
};

/// Bayesian optimisation (GPUNet's agent): a Gaussian process over the encodings and the known latency, expected
/// improvement maximised over pool members, neighbours, crossovers and mutants of the best, then climbed from neighbour
/// to neighbour. A batch and candidates in flight are handled by a liar: the model takes a made-up result for each of
/// them. Failed candidates and results far above the median count as the worst seen. Minimises one objective. Cost of
/// an ask with n results: n^2 * candidates, and n^3 (n <= fit_points) when the model is refitted.
/// Sources: Jones et al., J. Global Optim. 13 (1998) 455; liars: Ginsbourger et al., Kriging is well-suited to
/// parallelize optimization (2010).
class BayesSearch final : public Strategy {
public:
    /// @throws ConfigError if the problem has no objective of that index
    BayesSearch(BayesOptions options, StrategyContext context);
    bool exhausted() const noexcept override { return exhausted_; }

private:
    struct Told {
        Candidate candidate;
        std::optional<double> value;  // nullopt: failed
    };

    std::vector<Candidate> propose(std::size_t n) override;
    void observe(const Candidate& asked, const Evaluation& result) override;

    std::size_t initial_left() const;
    /// Fills `out` up to n from the design, as far as it reaches.
    void propose_by_design(std::size_t n, std::vector<Candidate>& out);
    /// Adds n at most.
    void propose_by_model(std::size_t n, std::vector<Candidate>& out);
    bool is_taken(const Encoding& x) const { return proposed(x) || batch_.contains(x); }
    void make_features();
    std::vector<double> targets() const;
    GaussianProcess fitted_process(const std::vector<double>& targets);
    std::vector<Candidate> elite() const;

    BayesOptions options_;
    FeasibleRegion region_;
    std::unique_ptr<Design> design_;
    bool design_done_ = false;
    bool exhausted_ = false;
    std::vector<Told> told_;
    std::size_t n_ok_ = 0;
    std::size_t n_proposed_ = 0;
    std::vector<Encoding> flying_;
    std::unordered_set<Encoding, EncodingHash> batch_;  // proposed in the present call
    std::optional<FeatureMap> features_;
    std::optional<GpHyperparameters> parameters_;
    std::size_t fitted_at_ = 0;  // results at the last fit
};

}  // namespace hpnas
