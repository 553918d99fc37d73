#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <typeindex>
#include <unordered_map>
#include <vector>

#include "hpnas/core/rng.hpp"
#include "hpnas/graph/network.hpp"
#include "hpnas/train/executor.hpp"

namespace hpnas {

/// Real samples for scores that look at data.
struct ScoreBatch {
    std::vector<float> inputs;         ///< [batch, input shape], normalised
    std::vector<std::int64_t> labels;  ///< [batch]
};

/// Where a candidate's scores get their data and randomness from.
struct ProbeSettings {
    std::int64_t batch = 64;
    std::uint64_t seed = 0;  ///< of this candidate: every random draw is a function of it
    std::int64_t classes = 10;
    /// The first `batch` samples of the task at this input shape, the same for every candidate; empty: standard normal
    /// inputs and uniform labels.
    std::function<ScoreBatch(const Shape& input, std::int64_t batch)> data{};
    /// Sets weights that every score starts from (trained ones, inherited ones), by name, also in networks that a pass
    /// made of this one; what it leaves alone, and all if it is empty, is drawn as the score says.
    std::function<void(Parameters&)> weights{};
    std::optional<double> latency_ms{};  ///< predicted latency of the candidate; empty: unknown
};

/// One candidate as scores look at it. Expensive things that several scores need (a pass through the network with
/// everything measured on the way) are objects of their own type, made when first asked for and then shared.
class ScoreProbe {
public:
    /// Holds a reference to the network.
    ScoreProbe(const Network& network, const Device& device, ProbeSettings settings);

    const Network& network() const noexcept { return network_; }
    const Device& device() const noexcept { return device_; }
    const ProbeSettings& settings() const noexcept { return settings_; }
    const Cost& cost();
    /// Whether a path of operators other than `zero` leads from an input to the first output. What comes out of a
    /// network that is cut says nothing about it, though its last layers have gradients.
    bool connected();

    /// A stream of random numbers of this candidate; equal purposes give equal numbers.
    Rng rng(const std::string& purpose) const;
    /// The task's batch, or a random one (purpose "batch"), for the network's first input. Made when first asked for.
    /// @throws DataError if the task's batch has not `batch` samples of the network's input shape
    const ScoreBatch& batch();
    /// Fills the executor's inputs with the batch; inputs after the first are random (purpose "batch").
    /// @pre the executor is the network's, compiled for settings().batch
    void fill_batch(Executor& executor);
    /// Fills one batched input of the network with standard normal values, or with uniform token ids where an embedding
    /// reads it. Equal purposes give equal values; so do the first elements of spans of different sizes.
    /// @throws InternalError if the network has no such input
    void fill_random(std::size_t input, const std::string& purpose, std::span<float> values) const;

    /// The shared pass of type `Pass`, constructed as Pass(ScoreProbe&).
    template <class Pass>
    Pass& pass() {
        std::shared_ptr<void>& slot = passes_[std::type_index(typeid(Pass))];
        if (slot == nullptr) slot = std::make_shared<Pass>(*this);
        return *static_cast<Pass*>(slot.get());
    }

private:
    const Network& network_;
    Device device_;
    ProbeSettings settings_;
    std::unordered_map<std::type_index, std::shared_ptr<void>> passes_;
};

}  // namespace hpnas
