#pragma once
#include <algorithm>
#include <cstring>
#include <vector>

#include "hpnas/op/operator.hpp"

namespace hpnas::testing {

/// Float copy of a reference tensor.
inline std::vector<float> to_float(const std::vector<double>& values) { return {values.begin(), values.end()}; }

/// Scratch memory between two guard zones, filled with NaN.
class Guarded {
public:
    explicit Guarded(std::size_t bytes) : memory_((bytes + 63) / 64 * 16 + 2 * guard, -1.0F), bytes_(bytes) {
        shift_ = (16 - reinterpret_cast<std::uintptr_t>(memory_.data()) / 4 % 16) % 16;
        std::memset(data(), 0xff, bytes);  // all ones is a NaN
    }
    std::byte* data() { return reinterpret_cast<std::byte*>(memory_.data() + shift_ + guard / 2); }
    bool intact() const {
        const auto* begin = reinterpret_cast<const std::byte*>(memory_.data() + shift_ + guard / 2);
        const auto whole = [](float x) { return x == -1.0F; };
        const auto* after = reinterpret_cast<const float*>(begin + (bytes_ + 63) / 64 * 64);
        return std::all_of(memory_.data(), reinterpret_cast<const float*>(begin), whole) &&
               std::all_of(after, memory_.data() + memory_.size(), whole);
    }

private:
    static constexpr std::size_t guard = 64;
    std::vector<float> memory_;
    std::size_t bytes_, shift_ = 0;
};

struct KernelResult {
    std::vector<float> dst;
    std::vector<std::vector<float>> diff_src, diff_parameters, parameters;
    bool guards_intact = true;
};

/// Compiles `op` and calls it as the executor would, with every output and scratch filled with NaN before.
/// @param in_place  let dst and diff_src overwrite what the kernel says they may
inline KernelResult call_kernel(const Operator& op, const ReferenceArgs& args, kernel::Engine& engine,
                                bool in_place = false) {
    const CompileArgs compile{engine, args.batch, args.inputs, args.mode, true, args.stream};
    const auto kernel = op.compile(compile);
    const OperatorKernel::Memory memory = kernel->memory();
    Guarded saved(memory.saved_bytes), workspace(memory.workspace_bytes), packed(memory.packed_bytes);
    const auto floats = [](const std::vector<double>& v) {
        Guarded g(v.size() * sizeof(float));
        std::transform(v.begin(), v.end(), reinterpret_cast<float*>(g.data()),
                       [](double x) { return static_cast<float>(x); });
        return g;
    };
    const auto pointer = [](Guarded& g) { return reinterpret_cast<float*>(g.data()); };
    std::vector<Guarded> src, parameters, diff_src, diff_parameters;
    std::vector<const float*> src_pointers;
    std::vector<float*> parameter_pointers, diff_src_pointers, diff_parameter_pointers;
    for (const auto& v : args.src) src.push_back(floats(v));
    for (const auto& v : args.parameters) parameters.push_back(floats(v));
    for (auto& g : src) src_pointers.push_back(pointer(g));
    for (auto& g : parameters) parameter_pointers.push_back(pointer(g));
    Guarded dst(args.dst.size() * sizeof(float));
    float* dst_pointer = pointer(dst);
    const bool src_may_go = args.mode == ExecutionMode::inference || !memory.needs_src;
    if (in_place && memory.in_place >= 0 && src_may_go)
        dst_pointer = pointer(src[static_cast<std::size_t>(memory.in_place)]);
    if (args.mode == ExecutionMode::inference) kernel->pack(parameter_pointers, packed.data());
    kernel->forward({src_pointers, parameter_pointers, dst_pointer, saved.data(), workspace.data()}, args.step);

    KernelResult result;
    result.dst.assign(dst_pointer, dst_pointer + args.dst.size());
    if (args.mode != ExecutionMode::inference && !args.diff_dst.empty()) {
        Guarded diff_dst = floats(args.diff_dst);
        for (const auto& v : args.src) diff_src.emplace_back(v.size() * sizeof(float));
        for (const auto& v : args.parameters) diff_parameters.emplace_back(v.size() * sizeof(float));
        for (auto& g : diff_src) diff_src_pointers.push_back(pointer(g));
        const auto specs = op.parameters(args.inputs);
        for (std::size_t p = 0; p < specs.size(); ++p) {
            diff_parameter_pointers.push_back(specs[p].trainable() ? pointer(diff_parameters[p]) : nullptr);
        }
        if (in_place && memory.diff_in_place >= 0) {
            diff_src_pointers[static_cast<std::size_t>(memory.diff_in_place)] = pointer(diff_dst);
        }
        if (!memory.needs_src) std::fill(src_pointers.begin(), src_pointers.end(), nullptr);
        kernel->backward({src_pointers, memory.needs_dst ? dst_pointer : nullptr, pointer(diff_dst), parameter_pointers,
                          diff_src_pointers, diff_parameter_pointers, saved.data(), workspace.data()},
                         args.step);
        for (std::size_t s = 0; s < args.src.size(); ++s) {
            result.diff_src.emplace_back(diff_src_pointers[s], diff_src_pointers[s] + args.src[s].size());
        }
        for (std::size_t p = 0; p < specs.size(); ++p) {
            result.diff_parameters.emplace_back();
            if (!specs[p].trainable()) continue;
            result.diff_parameters.back().assign(diff_parameter_pointers[p],
                                                 diff_parameter_pointers[p] + args.parameters[p].size());
        }
        for (const auto& g : diff_src) result.guards_intact = result.guards_intact && g.intact();
        for (const auto& g : diff_parameters) result.guards_intact = result.guards_intact && g.intact();
    }
    for (std::size_t p = 0; p < parameters.size(); ++p) {
        result.parameters.emplace_back(parameter_pointers[p], parameter_pointers[p] + args.parameters[p].size());
    }
    for (const auto* g : {&saved, &workspace, &packed, &dst})
        result.guards_intact = result.guards_intact && g->intact();
    return result;
}

}  // namespace hpnas::testing
