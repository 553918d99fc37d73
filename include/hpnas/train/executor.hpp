#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "hpnas/graph/network.hpp"
#include "hpnas/train/parameters.hpp"

namespace hpnas {

class Arena;
namespace kernel {
class Engine;
}

/// What one rank computes with: one per rank, used by one executor at a time, reused by every candidate.
struct Device {
    kernel::Engine& engine;
    Arena& arena;
};

/// A network compiled for a batch size and mode: kernels chosen, all memory planned in one region of the arena,
/// executed without allocating a tensor. Takes networks as spaces build them: fuses what it may (fuse_for_training,
/// fuse_for_evaluation) itself. For inference give it a deployed network (train/deploy.hpp); another one works too,
/// with batch norms as passes of their own (validation while training). Holds references to `parameters` and the
/// device: both must outlive it, and the number of OpenMP threads must stay the same. Several executors can share one
/// arena. Thread safety: none; kernels use all OpenMP threads of the rank.
class Executor {
public:
    struct Options {
        std::int64_t batch = 1;
        ExecutionMode mode = ExecutionMode::training;
        bool input_gradients = false;  ///< also compute the gradient with respect to the network's inputs
        bool gradients = true;         ///< false: forward only, whatever the mode; values share memory as in inference
        /// Nothing is fused or computed in place, so that observers see every value; after one forward() any number of
        /// backward() calls may follow.
        bool observable = false;
        bool weight_gradients = true;  ///< false: convolutions and linear layers leave out theirs (zero in gradients())
    };
    /// What a node works on, batched, while an observer looks.
    struct NodeView {
        NodeId id = -1;
        const Node& node;                    ///< of the network as it was given
        std::span<const float* const> src;   ///< values of its inputs
        std::span<const float> dst;          ///< its value
        std::span<float> diff_dst;           ///< backward only: gradient of its value, complete; may be overwritten,
                                             ///< then that is what flows on
        std::span<float* const> parameters;  ///< in the order of ParameterSpecs
    };
    /// Called for every node with an operator; may compute with all threads, but neither throws nor keeps the spans.
    using Observer = std::function<void(const NodeView&)>;

    /// @throws ShapeError; std::bad_alloc if the plan does not fit the arena's limit (then nothing is kept)
    Executor(const Network& network, Parameters& parameters, const Device& device, Options options);
    ~Executor();
    Executor(Executor&&) noexcept;

    /// Batched memory of the network's i-th input: fill before forward().
    std::span<float> input(std::size_t i = 0) noexcept;
    /// Batched value of the i-th output, valid after forward() until the next one.
    std::span<const float> output(std::size_t i = 0) const noexcept;
    void forward(const StepContext& step = {});
    /// The same; the observer is called after each node. Only if Options::observable.
    void forward(const StepContext& step, const Observer& observer);
    /// Shows the values of the last forward() again. Only if Options::observable, in a mode with gradients.
    void revisit(const Observer& observer) const;
    /// Gradient of the i-th output: fill before backward(); this ends input_gradient().
    std::span<float> output_gradient(std::size_t i = 0) noexcept;
    /// Overwrites gradients(). Call after forward() with the same step. Only in training and evaluation mode.
    void backward(const StepContext& step = {});
    /// The same; the observer is called before each node that gradients reach. Only if Options::observable.
    void backward(const StepContext& step, const Observer& observer);
    /// Gradient of the trainable parameters, laid out as Parameters::trainable().
    std::span<float> gradients() noexcept;
    /// Gradient of the i-th input if Options::input_gradients.
    std::span<const float> input_gradient(std::size_t i = 0) const noexcept;
    /// From now on these nodes (of the network as it was given) are not executed, neither forward nor backward, nor
    /// what they alone need; everything else is. For options of a mixture whose weight is 0: give all nodes of the
    /// branch, of which only operators that ignore them (weighted_sum) may be readers. Their values are undefined, the
    /// gradients of their weights are 0, all other gradients are those of the network without them. An empty list
    /// restores all. Cost: one sweep over the nodes. @throws InternalError if an output is inactive
    void set_inactive(std::span<const NodeId> nodes);
    /// False: backward() leaves out the weights of convolutions and linear layers (gradients() keeps what it had for
    /// them), where only gradients of values are wanted.
    void want_weight_gradients(bool wanted);
    /// After the parameters changed, in inference mode: packs them again.
    void repack();

    struct NodeReport {
        std::string name, type, implementation;
        double forward_ms = 0, backward_ms = 0;            ///< median of profile()'s passes
        double forward_best_ms = 0, backward_best_ms = 0;  ///< of the fastest pass, for shared machines
        std::int64_t macs = 0;                             ///< forward, whole batch
        std::int64_t bytes = 0;  ///< of the values that forward reads and writes, whole batch; without weights
    };
    /// Time of every kernel over `repeats` passes through the network.
    std::vector<NodeReport> profile(int repeats);
    std::size_t memory_bytes() const noexcept;  ///< arena bytes of this plan
    std::int64_t batch() const noexcept;

private:
    struct Plan;
    std::unique_ptr<Plan> plan_;
};

}  // namespace hpnas
