#include "hpnas/score/probe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "hpnas/config/scalar.hpp"
#include "hpnas/core/error.hpp"
#include "hpnas/core/hash.hpp"
#include "hpnas/kernel/random_normal.hpp"

namespace hpnas {
namespace {

/// Number of different ids that a network input may hold; nothing if no embedding reads it.
std::optional<std::int64_t> vocabulary(const Network& network, NodeId input) {
    for (const Node& node : network.nodes()) {
        if (node.op == nullptr || node.op->type() != "embedding" || node.inputs.front() != input) continue;
        const ConfigNode attributes = write_options([&](OptionVisitor& v) { node.op->visit_attributes(v); });
        const ConfigNode* value = attributes.find("vocabulary");
        if (value != nullptr) return parse_integer(value->scalar);
    }
    return std::nullopt;
}

void check(const ScoreBatch& batch, const Shape& input, std::int64_t n) {
    const auto expected = static_cast<std::size_t>(n * input.count());
    if (batch.inputs.size() != expected || batch.labels.size() != static_cast<std::size_t>(n)) {
        throw DataError(fmt::format("score: batch: expected {} samples of {} with labels, got {} numbers and {} labels",
                                    n, to_string(input), batch.inputs.size(), batch.labels.size()));
    }
}

ScoreBatch random_batch(const ScoreProbe& probe, const Shape& input) {
    const ProbeSettings& settings = probe.settings();
    ScoreBatch batch;
    batch.inputs.resize(static_cast<std::size_t>(settings.batch * input.count()));
    probe.fill_random(0, "batch", batch.inputs);
    Rng rng = probe.rng("labels");
    for (std::int64_t i = 0; i < settings.batch; ++i) {
        batch.labels.push_back(static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(settings.classes))));
    }
    return batch;
}

}  // namespace

ScoreProbe::ScoreProbe(const Network& network, const Device& device, ProbeSettings settings)
    : network_(network), device_(device), settings_(std::move(settings)) {}

const Cost& ScoreProbe::cost() {
    struct Counted : Cost {
        explicit Counted(ScoreProbe& probe) : Cost(probe.network().cost()) {}
    };
    return pass<Counted>();
}

bool ScoreProbe::connected() {
    struct Reached {
        explicit Reached(ScoreProbe& probe) {
            std::vector<bool> reached;
            for (const Node& node : probe.network().nodes()) {
                const bool any = std::ranges::any_of(
                    node.inputs, [&](NodeId input) { return reached[static_cast<std::size_t>(input)]; });
                reached.push_back(node.op == nullptr || (any && node.op->type() != "zero"));
            }
            output = reached[static_cast<std::size_t>(probe.network().outputs()[0])];
        }
        bool output = false;
    };
    return pass<Reached>().output;
}

Rng ScoreProbe::rng(const std::string& purpose) const { return {settings_.seed, Purpose::score, hash64(purpose)}; }

const ScoreBatch& ScoreProbe::batch() {
    struct Made : ScoreBatch {
        explicit Made(ScoreProbe& probe) {
            const Shape& input = probe.network().node(probe.network().inputs()[0]).shape;
            const ProbeSettings& settings = probe.settings();
            ScoreBatch& self = *this;
            self = settings.data ? settings.data(input, settings.batch) : random_batch(probe, input);
            check(self, input, settings.batch);
        }
    };
    return pass<Made>();
}

void ScoreProbe::fill_batch(Executor& executor) {
    std::ranges::copy(batch().inputs, executor.input().begin());
    for (std::size_t i = 1; i < network_.inputs().size(); ++i) fill_random(i, "batch", executor.input(i));
}

void ScoreProbe::fill_random(std::size_t input, const std::string& purpose, std::span<float> values) const {
    if (input >= network_.inputs().size()) {
        throw InternalError(
            fmt::format("score: the network has {} inputs, not {}", network_.inputs().size(), input + 1));
    }
    Rng draws(settings_.seed, Purpose::score, hash64(purpose, input));
    if (const auto n_ids = vocabulary(network_, network_.inputs()[input])) {
        const auto n = static_cast<std::uint64_t>(*n_ids);
        std::ranges::generate(values, [&] { return static_cast<float>(draws.below(n)); });
        return;
    }
    kernel::fill_normal(kernel::NormalKey(draws), 1, values.data(), static_cast<std::int64_t>(values.size()));
}

}  // namespace hpnas
