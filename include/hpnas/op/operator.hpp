#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hpnas/config/options.hpp"
#include "hpnas/core/error.hpp"
#include "hpnas/core/shape.hpp"

namespace hpnas {

namespace kernel {
class Engine;
}

/// What a parameter is: decides weight decay (weights only), folding and export.
enum class ParameterRole : std::uint8_t { weight, bias, scale, shift, running_mean, running_variance };

/// How a parameter's values start. `a`, `b`: the constant; the bounds of the uniform; mean and standard deviation of
/// the normal.
struct Initializer {
    enum class Kind : std::uint8_t { constant, uniform, normal } kind = Kind::constant;
    double a = 0, b = 0;
};

/// One parameter tensor of an operator.
struct ParameterSpec {
    std::string name;  ///< unique in its operator: "weight", "bias", "running_mean"
    Shape shape;
    ParameterRole role = ParameterRole::weight;
    Initializer initializer;
    /// False for running statistics: kept in the model, never touched by an optimiser, not counted as parameter.
    bool trainable() const noexcept {
        return role != ParameterRole::running_mean && role != ParameterRole::running_variance;
    }
};

/// How a network is executed. training: batch statistics, dropout, values kept for the backward pass. evaluation: as
/// training's graph but with running statistics and no dropout; backward still possible. inference: forward only,
/// buffers reused.
enum class ExecutionMode : std::uint8_t { training, evaluation, inference };

/// One step's randomness and bookkeeping, given to every kernel call.
struct StepContext {
    std::uint64_t seed = 0;  ///< of the candidate
    std::uint64_t step = 0;  ///< drop-out masks are functions of (seed, node, step, sample index, element)
    std::span<const std::int64_t> samples;  ///< global sample index of each row of the batch; may be empty
};

/// Pointers of one forward call. Activations are batched and channels-last; parameters in ParameterSpec order.
struct ForwardArgs {
    std::span<const float* const> src;
    std::span<float* const> parameters;  ///< running statistics are updated in training mode
    float* dst = nullptr;
    std::byte* saved = nullptr;      ///< `saved_bytes` that live until this node's backward call
    std::byte* workspace = nullptr;  ///< `workspace_bytes` for this call only
};

/// Pointers of one backward call. Gradients are of the sum of losses as fed in at the output.
struct BackwardArgs {
    std::span<const float* const> src;  ///< null where `needs_src` is false
    const float* dst = nullptr;         ///< null unless `needs_dst`
    const float* diff_dst = nullptr;
    std::span<float* const> parameters;
    std::span<float* const> diff_src;         ///< overwritten; an entry is null where no gradient is wanted
    std::span<float* const> diff_parameters;  ///< overwritten; an entry is null for non-trainable parameters;
                                              ///< all null: not wanted (convolution and linear only)
    std::byte* saved = nullptr;
    std::byte* workspace = nullptr;
};

/// An operator compiled for given shapes, batch and mode. Calls allocate nothing. Not thread safe (uses all threads
/// itself).
class OperatorKernel {
public:
    virtual ~OperatorKernel() = default;
    virtual void forward(const ForwardArgs& args, const StepContext& step) = 0;
    virtual void backward(const BackwardArgs& args, const StepContext& step) = 0;
    /// Called once after the parameters are final, in inference mode: pack weights into the library's format (`packed`:
    /// memory of `packed_bytes` that outlives the calls).
    virtual void pack(std::span<float* const> /*parameters*/, std::byte* /*packed*/) {}

    /// What the planner must provide and keep; fixed after construction.
    struct Memory {
        std::size_t saved_bytes = 0;
        std::size_t workspace_bytes = 0;
        std::size_t packed_bytes = 0;
        bool needs_src = true;         ///< backward reads src
        bool needs_dst = false;        ///< backward reads dst
        int in_place = -1;             ///< index of the src that forward may overwrite with dst; -1: none
        int diff_in_place = -1;        ///< index of the diff_src that backward may write over diff_dst; -1: none
        bool needs_diff_src = false;   ///< backward writes every diff_src: none may be null
        bool passes_gradient = false;  ///< every diff_src equals diff_dst: backward is never called
    };
    virtual Memory memory() const noexcept = 0;
    /// Name of the implementation chosen, e.g. "brgconv:avx512_core"; "ref" and "gemm" are slow paths that tests
    /// refuse.
    virtual std::string implementation() const = 0;
};

/// Everything a kernel is compiled for.
struct CompileArgs {
    kernel::Engine& engine;
    std::int64_t batch = 1;
    std::span<const Shape> inputs;  ///< per sample
    ExecutionMode mode = ExecutionMode::training;
    bool input_gradients = true;  ///< false: backward never asks for diff_src (the first layer)
    std::uint64_t stream =
        0;  ///< tells the random draws of equal operators of one network apart (hash of the node's name)
};

/// One call of the double-precision reference: plain loops, the oracle of tests. If `diff_dst` is not empty, also the
/// gradients.
struct ReferenceArgs {
    std::int64_t batch = 1;
    ExecutionMode mode = ExecutionMode::training;
    std::span<const Shape> inputs;
    std::vector<std::vector<double>> src;
    std::vector<std::vector<double>> parameters;
    StepContext step;
    std::uint64_t stream = 0;                          ///< as CompileArgs::stream
    std::vector<double> dst;                           ///< out
    std::vector<double> diff_dst;                      ///< in
    std::vector<std::vector<double>> diff_src;         ///< out
    std::vector<std::vector<double>> diff_parameters;  ///< out; empty for non-trainable ones
};

/// A differentiable function with parameters: a node of a network. Immutable and shared; knows one sample's shapes, not
/// the batch.
class Operator {
public:
    virtual ~Operator() = default;
    /// Registered type name, e.g. "conv2d".
    virtual std::string_view type() const noexcept = 0;
    /// Shape of the output, per sample. @throws ShapeError naming the operator, what was expected and got.
    virtual Shape output_shape(std::span<const Shape> inputs) const = 0;
    virtual std::vector<ParameterSpec> parameters(std::span<const Shape> /*inputs*/) const { return {}; }
    /// Multiply-accumulates of one sample's forward pass: convolutions, matrix products and SE; all else counts 0.
    virtual std::int64_t macs(std::span<const Shape> /*inputs*/) const { return 0; }
    virtual std::unique_ptr<OperatorKernel> compile(const CompileArgs& args) const = 0;
    virtual void reference(ReferenceArgs& args) const = 0;
    /// Shows the attributes and their present values (for `describe`, hashing, export).
    virtual void visit_attributes(OptionVisitor& /*v*/) const {}
};
using OperatorPtr = std::shared_ptr<const Operator>;

/// Canonical text "type{attr: value, ...}" (attributes in declaration order, shortest exact numbers) of an operator:
/// equal text, equal function.
std::string signature(const Operator& op);

}  // namespace hpnas
