#include "hpnas/app/search_terms.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "hpnas/comm/communicator.hpp"
#include "hpnas/eval/table_surrogate.hpp"
#include "hpnas/latency/builtin.hpp"
#include "hpnas/latency/measured_model.hpp"
#include "hpnas/search/encoding.hpp"
#include "hpnas/supernet/builtin.hpp"

namespace hpnas {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr int fitted_networks = 512;           // random networks that the line of a cost is fitted to
constexpr std::size_t most_enumerated = 4096;  // in a space of no more, all networks
constexpr int descents = 4;                    // from random networks, in search of the fastest one
constexpr double fit_penalty = 1e-3;           // of ridge regression on costs that have no noise

/// The encoding of the least value that steps of one decision at a time lead to; exact for sums over the choices.
Encoding lowest(const SearchSpace& space, const std::function<double(const Encoding&)>& value) {
    double least = std::numeric_limits<double>::infinity();
    Encoding best;
    for (int start = 0; start < descents; ++start) {
        Rng rng(0, Purpose::measurement, static_cast<std::uint64_t>(start));
        Encoding x = random_encoding(space.decisions(), rng);
        double here = value(x);
        for (bool moved = true; moved;) {
            moved = false;
            for (std::size_t d = 0; d < x.size(); ++d)
                for (std::size_t c = 0; c < space.decisions()[d].values.size(); ++c) {
                    Encoding y = x;
                    y[d] = static_cast<std::int16_t>(c);
                    const double there = value(y);
                    if (there >= here) continue;
                    x = std::move(y);
                    here = there;
                    moved = true;
                }
        }
        if (here >= least) continue;
        least = here;
        best = std::move(x);
    }
    return best;
}

/// What the cost of a space is learnt from.
std::vector<Encoding> sample(const SearchSpace& space, std::uint64_t seed) {
    if (space_size(space.decisions()) <= most_enumerated) return all_encodings(space.decisions(), most_enumerated);
    std::vector<Encoding> drawn;
    for (int i = 0; i < fitted_networks; ++i) {
        Rng rng(seed, Purpose::measurement, static_cast<std::uint64_t>(i));
        drawn.push_back(random_encoding(space.decisions(), rng));
    }
    return drawn;
}

bool measures(Workbench& bench) { return dynamic_cast<const MeasuredModel*>(bench.latency()) != nullptr; }

/// Ranks of a node measure one after the other, while the others sleep. (sched/node_turns shares out a list of things
/// to measure; here every rank has its own.)
BlackBoxObjective::Cost in_turns(Communicator& comm, BlackBoxObjective::Cost cost) {
    int turns = 1;
    for (const std::string& size : comm.all_gather(std::to_string(comm.node_size())))
        turns = std::max(turns, std::stoi(size));
    return [&comm, turns, cost = std::move(cost)](const Encoding& x) {
        double value = 0;
        for (int turn = 0; turn < turns; ++turn) {
            if (turn == comm.node_rank()) value = cost(x);
            comm.barrier();
        }
        return value;
    };
}

double tabulated(TableEvaluator& table, const SearchSpace& space, const Encoding& x) {
    const std::optional<Evaluation> found = table.evaluate({0, space.canonical(x), {}}, {});
    return found && found->status == EvalStatus::ok ? found->objectives.front() : nan;
}

}  // namespace

SearchTerms::SearchTerms(Session& session, Workbench& bench, const GradientStrategyOptions& options)
    : space_(bench.space()), groups_(bench.space().decisions()) {
    const auto seed = static_cast<std::uint64_t>(bench.config().seed);
    if (options.latency.form != "none") add_latency(session, bench, options);
    collectively(session.comm, [&] { add_costs(options, seed); });
}

void SearchTerms::add_costs(const GradientStrategyOptions& options, std::uint64_t seed) {
    add_cost(
        "params", options.params,
        [this](const Encoding& x) { return static_cast<double>(space_.decode(x).cost().parameters); }, seed);
    add_cost(
        "macs", options.macs, [this](const Encoding& x) { return static_cast<double>(space_.decode(x).cost().macs); },
        seed);
    add_cost(
        "memory", options.memory,
        [this](const Encoding& x) { return static_cast<double>(space_.decode(x).cost().peak_bytes); }, seed);
    if (options.table.term.coefficient <= 0) return;
    TableEvaluatorOptions table{.path = options.table.path,
                                .key = options.table.key,
                                .columns = {options.table.column},
                                .maximise = {},
                                .metrics = {},
                                .units = {}};
    table_ = std::make_unique<TableEvaluator>(table, space_, CsvTable::load(table.path));
    add_cost(
        options.table.column, options.table.term, [this](const Encoding& x) { return tabulated(*table_, space_, x); },
        seed);
}

void SearchTerms::add_to(GradientSearch& search) {
    for (const auto& term : terms_) search.add_term(*term);
}

double SearchTerms::latency_ms(const Encoding& x) const { return latency_ms_ ? latency_ms_(x) : nan; }

/// Where the table's blocks add up, their sum tells the latency; elsewhere the model is asked.
void SearchTerms::use_latency(Session& session, Workbench& bench, const GradientStrategyOptions& options) {
    LatencyModel& model = *bench.latency();
    latency_ms_ = [this, &model](const Encoding& x) { return model.predict(space_.decode(x), x).count(); };
    if (options.surrogate.kind != ConfigNode::Kind::null) {
        Diagnostics diagnostics;
        own_surrogate_ =
            latency_models().make(options.surrogate, "strategy.surrogate", diagnostics, bench.latency_context());
        diagnostics.throw_if_any();
    }
    if (const auto segmentation = space_.segmentation(); bench.table() != nullptr && segmentation) {
        latency_ms_ = table_latency(*bench.table(), *segmentation);
    }
    if (!measures(bench) || own_surrogate_ != nullptr) return;
    Diagnostics diagnostics;
    const auto estimator = estimators().make(options.estimator, "strategy.estimator", diagnostics);
    diagnostics.throw_if_any();
    if (!estimator->info().unbiased)
        throw ConfigError(
            fmt::format("strategy.surrogate: estimator {} follows a measured latency by a surrogate alone; "
                        "name one (`hpnas latency surrogate` fits it), or use unas or reinforce",
                        estimator->info().name));
    if (session.root)
        session.log.warning(
            "strategy.surrogate: none: the gradient of a measured latency is left to the score function alone, which "
            "is noisy; `hpnas latency surrogate` fits one");
}

void SearchTerms::add_latency(Session& session, Workbench& bench, const GradientStrategyOptions& options) {
    Surrogate surrogate;
    collectively(session.comm, [&] {
        use_latency(session, bench, options);
        surrogate = surrogate_of(own_surrogate_ ? *own_surrogate_ : *bench.latency());
    });
    collectively(session.comm, [&] {  // measures, perhaps: the other ranks wait
        if (session.root && options.latency.form == "hinge")
            check_target(options.latency, bench.config().strategy, surrogate);
    });
    Cost cost = latency_ms_;
    if (measures(bench) && session.comm.size() > 1) cost = in_turns(session.comm, std::move(cost));
    add("latency", std::move(cost), std::move(surrogate),
        [this, term = LatencyTerm(options.latency)](double latency_ms) { return term(latency_ms, step_); });
}

/// Empty for a model that is no function of points between architectures.
SearchTerms::Surrogate SearchTerms::surrogate_of(LatencyModel& model) const {
    if (const auto* fitted = dynamic_cast<const SurrogateModel*>(&model))
        return [fitted](std::span<const double> point, std::span<double> gradient) {
            return fitted->surrogate().value_and_gradient(point, gradient);
        };
    const auto* table = dynamic_cast<const TableModel*>(&model);
    if (table == nullptr) return {};
    const auto segmentation = space_.segmentation();
    auto linear = segmentation ? table_surrogate(*segmentation, groups_, table->table()) : std::nullopt;
    if (!linear)
        throw ConfigError(fmt::format(
            "latency: a table is no function of the choices of space {}; use linear, mlp or measured", space_.name()));
    return [line = std::move(*linear)](std::span<const double> point, std::span<double> gradient) {
        return line.value_and_gradient(point, gradient);
    };
}

/// The fastest network is the one that the surrogate says, or else the one of fewest multiply-accumulates.
void SearchTerms::check_target(const LatencyTermOptions& options, const ConfigNode& strategy,
                               const Surrogate& surrogate) const {
    const auto smooth_ms = [&](const Encoding& x) {
        std::vector<double> point(groups_.total()), unused(groups_.total());
        one_hot(groups_, x, point);
        return surrogate(point, unused);
    };
    const auto macs = [&](const Encoding& x) { return static_cast<double>(space_.decode(x).cost().macs); };
    const double fastest = latency_ms_(surrogate ? lowest(space_, smooth_ms) : lowest(space_, macs));
    if (options.target_ms >= fastest) return;
    const ConfigNode* latency = strategy.find("latency");
    const ConfigNode* target = latency != nullptr ? latency->find("target_ms") : nullptr;
    Diagnostics diagnostics;
    diagnostics.add(target != nullptr ? target->where : strategy.where, "strategy.latency.target_ms",
                    fmt::format("expected at least {:.4g} ms, the latency of the space's fastest network, got {:.4g}; "
                                "raise the target or search a space of smaller networks",
                                fastest, options.target_ms));
    diagnostics.throw_if_any();
}

/// A network without cost (not in the table) is an error; where not all could be looked up, of this rank alone.
void SearchTerms::add_cost(const std::string& name, const CostTermOptions& options, Cost cost, std::uint64_t seed) {
    if (options.coefficient <= 0) return;
    const auto checked = [this, name, cost = std::move(cost)](const Encoding& x) {
        const double value = cost(x);
        if (!std::isfinite(value))
            throw ConfigError(
                fmt::format("strategy.table: no '{}' of {}; a gradient search needs a table of every network "
                            "of the space",
                            name, space_.format(x)));
        return value;
    };
    SurrogateSamples samples{.features = groups_.total()};
    for (const Encoding& x : sample(space_, seed)) samples.add(groups_, x, checked(x));
    const LinearSurrogate line = fit_linear(samples, {.penalty = fit_penalty, .penalise_offset = false});
    add(
        name, checked,
        [line](std::span<const double> point, std::span<double> gradient) {
            return line.value_and_gradient(point, gradient);
        },
        [options](double value) {
            return value <= options.target
                       ? ValueSlope{}
                       : ValueSlope{options.coefficient * (value - options.target), options.coefficient};
        });
}

void SearchTerms::add(std::string name, Cost cost, Surrogate surrogate, BlackBoxObjective::Shape shape) {
    names_.push_back(std::move(name));
    terms_.push_back(
        std::make_unique<BlackBoxObjective>(groups_, std::move(cost), std::move(surrogate), std::move(shape)));
}

}  // namespace hpnas
