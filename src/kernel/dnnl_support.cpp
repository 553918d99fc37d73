#include "dnnl_support.hpp"

#include <algorithm>

namespace hpnas::kernel {
namespace {

using dnnl::memory;

constexpr auto f32 = memory::data_type::f32;

memory::desc images(memory::dim n, memory::dim h, memory::dim w, memory::dim c) {
    return {{n, c, h, w}, f32, memory::format_tag::nhwc};
}

}  // namespace

void BoundPrimitive::bind(int argument, const dnnl::memory::desc& layout) {
    memories_.emplace_back(layout, engine_, nullptr);
    arguments_.push_back({argument, memories_.back().get()});
    addresses_.push_back(nullptr);
}

void BoundPrimitive::set(int argument, const void* address) const {
    for (std::size_t i = 0; i < arguments_.size(); ++i) {
        if (arguments_[i].arg != argument || addresses_[i] == address) continue;
        memories_[i].set_data_handle(const_cast<void*>(address));
        addresses_[i] = address;
    }
}

bool BoundPrimitive::has(int argument) const noexcept {
    return std::any_of(arguments_.begin(), arguments_.end(),
                       [argument](const dnnl_exec_arg_t& bound) { return bound.arg == argument; });
}

void BoundPrimitive::run(const dnnl::stream& stream, void* scratchpad) const {
    if (scratchpad_bytes_ > 0) set(DNNL_ARG_SCRATCHPAD, scratchpad);
    dnnl::error::wrap_c_api(
        dnnl_primitive_execute(primitive_.get(), stream.get(), static_cast<int>(arguments_.size()), arguments_.data()),
        "could not execute a primitive");
}

ConvolutionLayouts::ConvolutionLayouts(const ConvolutionShape& s, bool with_bias)
    : src(images(s.n, s.h, s.w, s.c)),
      dst(images(s.n, s.out_h(), s.out_w(), s.k)),
      strides{s.window.stride_h, s.window.stride_w},
      dilates{s.window.dilation_h - 1, s.window.dilation_w - 1},
      pad_begin{s.window.pad_top, s.window.pad_left},
      pad_end{s.window.pad_bottom, s.window.pad_right} {
    const memory::dim kh = s.window.kh, kw = s.window.kw, c = s.c / s.groups, k = s.k / s.groups;
    if (s.groups == 1) {
        const memory::dims sizes{k, c, kh, kw};
        plain_weights = memory::desc(sizes, f32, memory::dims{kh * kw * c, 1, kw * c, c});
        swapped_weights = memory::desc(sizes, f32, memory::dims{1, kh * kw * k, kw * k, k});
        any_weights = memory::desc(sizes, f32, memory::format_tag::any);
    } else {
        const memory::dims sizes{s.groups, k, c, kh, kw};
        plain_weights = memory::desc(sizes, f32, memory::dims{k * kh * kw * c, kh * kw * c, 1, kw * c, c});
        any_weights = memory::desc(sizes, f32, memory::format_tag::any);
    }
    if (with_bias) bias = memory::desc({s.k}, f32, memory::format_tag::a);
}

WeightReorder::WeightReorder(const dnnl::engine& engine, const memory::desc& from, const memory::desc& to) {
    if (from == to) return;
    bytes_ = to.get_size();
    const dnnl::reorder::primitive_desc descriptor(engine, from, engine, to, caller_scratchpad());
    reorder_ = BoundPrimitive::make<dnnl::reorder>(descriptor);
    reorder_.bind(DNNL_ARG_FROM, from);
    reorder_.bind(DNNL_ARG_TO, to);
}

void WeightReorder::run(const dnnl::stream& stream, const void* from, void* to, void* scratchpad) const {
    reorder_.set(DNNL_ARG_FROM, from);
    reorder_.set(DNNL_ARG_TO, to);
    reorder_.run(stream, scratchpad);
}

}  // namespace hpnas::kernel
