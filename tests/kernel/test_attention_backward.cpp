#include "kernel/attention_check.hpp"
#include "kernel/threads.hpp"

namespace hpnas::kernel {
namespace {

using exact::AttentionCase;
using exact::Buffer;

struct Gradients {
    Buffer src, memory, tables;
};

Gradients backward(const AttentionCase& c, const Buffer& diff_dst) {
    const Attention attention(c.shape);
    const Buffer dst(c.dst_count()), saved = exact::workspace(attention.saved_bytes()),
                                     workspace = exact::workspace(attention.workspace_bytes());
    attention.forward(c.input(), dst.data(), saved.data(), workspace.data());
    const auto count = [](const Buffer& b) { return static_cast<std::int64_t>(b.size()); };
    Gradients g{Buffer(count(c.src)), Buffer(count(c.memory)), Buffer(count(c.tables))};
    AttentionGradients gradients{g.src.data(), g.memory.data(), {}};
    for (std::size_t t = 0; t < 4; ++t) gradients.tables[t] = g.tables.data() + t * c.table_count();
    attention.backward(c.input(), saved.data(), diff_dst.data(), gradients, workspace.data());
    EXPECT_TRUE(saved.intact() && workspace.intact()) << exact::name(c.shape);
    return g;
}

TEST(AttentionBackward, MatchesTheReference) {
    for (const AttentionShape& shape : exact::attention_shapes()) {
        const AttentionCase c(shape);
        const Buffer diff_dst(exact::rough_values(c.dst_count(), 9));
        const Gradients got = backward(c, diff_dst);
        const reference::AttentionValues expected =
            reference::attention_backward(shape, c.values(), exact::as_double(diff_dst.values()));
        // As the logits: sums of products of order 1, up to 200 of them; those of the tables have thousands.
        exact::expect_near(got.src, expected.src, 1e-4, "src, " + exact::name(shape));
        exact::expect_near(got.memory, expected.memory, 1e-4, "memory, " + exact::name(shape));
        reference::Values tables;
        for (const reference::Values& table : expected.tables) tables.insert(tables.end(), table.begin(), table.end());
        exact::expect_near(got.tables, tables, 2e-4, "tables, " + exact::name(shape));
    }
}

TEST(AttentionBackward, GivesTheSameBitsForAnyNumberOfThreads) {
    for (const AttentionShape& shape : exact::attention_shapes()) {
        const AttentionCase c(shape);
        const Buffer diff_dst(exact::rough_values(c.dst_count(), 9));
        expect_same_bits_for_any_threads(
            [&] {
                const Gradients g = backward(c, diff_dst);
                std::vector<float> all = g.src.values();
                for (const Buffer* more : {&g.memory, &g.tables})
                    all.insert(all.end(), more->data(), more->data() + more->size());
                return all;
            },
            exact::name(shape));
    }
}

}  // namespace
}  // namespace hpnas::kernel
