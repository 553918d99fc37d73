#pragma once
#include "hpnas/kernel/reference_sequence.hpp"
#include "kernel/exact.hpp"

/// Inputs for the kernel and its reference, and shapes that take every path.
namespace hpnas::kernel::exact {

inline std::vector<AttentionShape> attention_shapes() {
    std::vector<AttentionShape> all;
    const auto add = [&](AttentionShape s) { all.push_back(s); };
    add({.batch = 2, .heads = 3, .queries = 197, .keys = 197, .dim = 16});
    add({.batch = 3, .heads = 2, .queries = 1, .keys = 1, .dim = 7});
    add({.heads = 2, .queries = 48, .keys = 50, .dim = 20, .joint = false});
    add({.batch = 2, .queries = 7, .keys = 129, .dim = 64, .joint = false, .mask = true});
    add({.batch = 2, .heads = 2, .queries = 100, .keys = 100, .dim = 33, .causal = true});
    add({.batch = 2, .queries = 60, .keys = 9, .dim = 5, .joint = false, .causal = true, .mask = true});
    add({.batch = 2, .heads = 3, .queries = 65, .keys = 65, .dim = 8, .max_distance = 5});
    add({.batch = 2, .heads = 2, .queries = 60, .keys = 60, .dim = 17, .mask = true, .max_distance = 14});
    return all;
}

struct AttentionCase {
    explicit AttentionCase(const AttentionShape& s)
        : shape(s),
          src(rough_values(s.batch * s.queries * (s.joint ? 3 : 1) * s.heads * s.dim, 1)),
          memory(rough_values(s.joint ? 0 : s.batch * s.keys * 2 * s.heads * s.dim, 2)),
          mask(std::vector<float>(static_cast<std::size_t>(s.mask ? s.batch * s.keys : 0), 1.0F)),
          tables(rough_values(4 * s.table_rows() * s.dim, 3)) {
        if (!s.mask) return;
        for (std::int64_t j = 0; j < s.keys; j += 3) mask.data()[j] = 0;
        std::fill_n(mask.data() + (s.batch - 1) * s.keys, s.keys, 0.0F);  // the last sample sees nothing
    }
    std::int64_t dst_count() const { return shape.batch * shape.queries * shape.heads * shape.dim; }
    std::size_t table_count() const { return tables.size() / 4; }
    AttentionInput input() const {
        AttentionInput in{src.data(), memory.data(), mask.data(), {}};
        for (std::size_t t = 0; t < 4; ++t) in.tables[t] = tables.data() + t * table_count();
        return in;
    }
    reference::AttentionValues values() const {
        reference::AttentionValues v{as_double(src.values()), as_double(memory.values()), as_double(mask.values()), {}};
        for (std::size_t t = 0; t < 4; ++t)
            v.tables[t].assign(tables.data() + t * table_count(), tables.data() + (t + 1) * table_count());
        return v;
    }

    AttentionShape shape;
    Buffer src, memory, mask, tables;
};

inline std::string name(const AttentionShape& s) {
    return std::to_string(s.queries) + " queries, " + std::to_string(s.keys) + " keys, dim " + std::to_string(s.dim) +
           (s.causal ? ", causal" : "") + (s.mask ? ", mask" : "") + ", positions " + std::to_string(s.max_distance);
}

}  // namespace hpnas::kernel::exact
