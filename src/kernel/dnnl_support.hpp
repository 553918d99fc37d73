#pragma once
#include <cstddef>
#include <hpnas/kernel/activation.hpp>
#include <hpnas/kernel/convolution.hpp>
#include <hpnas/kernel/engine.hpp>
#include <oneapi/dnnl/dnnl.hpp>
#include <string>
#include <vector>

namespace hpnas::kernel {

struct Engine::Impl {
    dnnl::engine engine{dnnl::engine::kind::cpu, 0};
    dnnl::stream stream{engine};
};

/// Rounds a workspace part up so that the next one is aligned to 64 bytes.
constexpr std::size_t padded(std::size_t bytes) noexcept { return (bytes + 63) / 64 * 64; }

/// A primitive with its arguments bound once; a call only sets the addresses that change. Calls do not allocate (those
/// of the library's C++ interface do).
class BoundPrimitive {
public:
    BoundPrimitive() = default;
    template <class Primitive, class Descriptor>
    static BoundPrimitive make(const Descriptor& descriptor) {
        BoundPrimitive bound;
        bound.primitive_ = Primitive(descriptor);
        bound.implementation_ = descriptor.impl_info_str();
        bound.engine_ = descriptor.get_engine();
        bound.scratchpad_bytes_ = descriptor.scratchpad_desc().get_size();
        if (bound.scratchpad_bytes_ > 0) bound.bind(DNNL_ARG_SCRATCHPAD, descriptor.scratchpad_desc());
        return bound;
    }

    void bind(int argument, const dnnl::memory::desc& layout);
    void set(int argument, const void* address) const;
    bool has(int argument) const noexcept;
    void run(const dnnl::stream& stream, void* scratchpad) const;
    explicit operator bool() const noexcept { return static_cast<bool>(primitive_); }
    std::size_t scratchpad_bytes() const noexcept { return scratchpad_bytes_; }
    const std::string& implementation() const noexcept { return implementation_; }

private:
    dnnl::primitive primitive_;
    dnnl::engine engine_;
    std::vector<dnnl::memory> memories_;
    std::vector<dnnl_exec_arg_t> arguments_;      // their handles
    mutable std::vector<const void*> addresses_;  // what they point at: setting anew costs a pass over padding
    std::string implementation_;
    std::size_t scratchpad_bytes_ = 0;
};

/// Primitives take their scratch memory from the caller.
inline dnnl::primitive_attr caller_scratchpad() {
    dnnl::primitive_attr attributes;
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    return attributes;
}

/// Layouts of a convolution's tensors: activations [n, h, w, c] and plain weights [k, kh, kw, c / groups], as the
/// library sees them.
struct ConvolutionLayouts {
    dnnl::memory::desc src, dst, plain_weights, any_weights, bias;
    dnnl::memory::desc swapped_weights;  ///< without groups: plain weights [c, kh, kw, k] of the transposed convolution
    dnnl::memory::dims strides, dilates, pad_begin, pad_end;
    explicit ConvolutionLayouts(const ConvolutionShape& shape, bool with_bias);
};

/// Copies weights from one layout to another; nothing to do if they are equal.
class WeightReorder {
public:
    WeightReorder() = default;
    WeightReorder(const dnnl::engine& engine, const dnnl::memory::desc& from, const dnnl::memory::desc& to);
    bool needed() const noexcept { return static_cast<bool>(reorder_); }
    /// Bytes of the target; 0 if not needed.
    std::size_t bytes() const noexcept { return bytes_; }
    std::size_t scratchpad_bytes() const noexcept { return reorder_.scratchpad_bytes(); }
    void run(const dnnl::stream& stream, const void* from, void* to, void* scratchpad) const;

private:
    BoundPrimitive reorder_;
    std::size_t bytes_ = 0;
};

}  // namespace hpnas::kernel
