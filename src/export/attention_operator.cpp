#include <cmath>
#include <limits>

#include "hpnas/op/attention.hpp"
#include "relative_positions.hpp"
#include "translation.hpp"

namespace hpnas {
namespace {

/// Translates one attention: queries, keys and values [N, H, rows, D] (keys transposed) and products between them.
class AttentionTranslation {
public:
    explicit AttentionTranslation(const Translation& t)
        : t_(t),
          a_(t.op<Attention>().attributes()),
          queries_(t.shape()[0]),
          keys_(a_.memory ? t.src_shape(1)[0] : queries_),
          dim_(t.shape()[1] / a_.heads) {
        if (a_.max_distance > 0) positions_ = relative_positions(queries_, a_.max_distance);
        split();
    }

    std::string translate() const {
        std::string logits = t_.add("MatMul", {q_, k_});
        if (a_.max_distance > 0) logits = t_.add("Add", {logits, relative_logits()});
        const std::string p = probabilities(logits);
        std::string dst = t_.add("MatMul", {p, v_});
        if (a_.max_distance > 0) dst = t_.add("Add", {dst, relative_values(p)});
        return t_.reshaped(transposed(dst, {0, 2, 1, 3}), {queries_, a_.heads * dim_});
    }

private:
    GraphWriter& graph() const { return t_.graph(); }
    std::string transposed(const std::string& x, std::vector<std::int64_t> order) const {
        return t_.add("Transpose", {x}, {{"perm", std::move(order)}});
    }
    std::string heads(const std::string& x, std::int64_t rows, std::vector<std::int64_t> order) const {
        return transposed(t_.reshaped(x, {rows, a_.heads, dim_}), std::move(order));
    }

    void split() {
        const auto parts = [&](std::size_t src, int n) {
            const std::string whole = graph().node("Split", {t_.plain(src)}, {{"axis", std::int64_t{2}}}, n);
            std::vector<std::string> names;
            for (int i = 0; i < n; ++i) names.push_back(whole + "." + std::to_string(i));
            return names;
        };
        std::vector<std::string> x = a_.memory ? parts(1, 2) : parts(0, 3);
        if (a_.memory) x.insert(x.begin(), t_.plain(0));
        const float scale = 1 / std::sqrt(static_cast<float>(dim_));
        q_ = heads(t_.add("Mul", {x[0], graph().scalar(scale)}), queries_, {0, 2, 1, 3});
        k_ = heads(x[1], keys_, {0, 2, 3, 1});
        v_ = heads(x[2], keys_, {0, 2, 1, 3});
    }

    /// Softmax over the keys that a query may see; zeros where it sees none.
    std::string probabilities(const std::string& logits) const {
        if (!a_.causal && !a_.mask) return t_.add("Softmax", {logits}, {{"axis", std::int64_t{-1}}});
        const std::string seen = visible();
        const std::string lowest = graph().scalar(std::numeric_limits<float>::lowest());
        const std::string p =
            t_.add("Softmax", {t_.add("Where", {seen, logits, lowest})}, {{"axis", std::int64_t{-1}}});
        if (!a_.mask) return p;  // a query sees itself
        return t_.add("Mul", {p, t_.add("Cast", {seen}, {{"to", std::int64_t{onnx::TensorProto::FLOAT}}})});
    }

    /// Booleans that broadcast to [N, H, L, S].
    std::string visible() const {
        std::vector<std::string> conditions;
        if (a_.mask) {
            const std::string keys = t_.reshaped(t_.plain(t_.n_src() - 1), {1, 1, keys_});
            conditions.push_back(t_.add("Greater", {keys, graph().scalar(0.5F)}));
        }
        if (a_.causal) {
            std::vector<float> lower;
            for (std::int64_t i = 0; i < queries_; ++i)
                for (std::int64_t j = 0; j < keys_; ++j) lower.push_back(j <= i ? 1.0F : 0.0F);
            const std::vector<std::int64_t> sizes{queries_, keys_};
            conditions.push_back(t_.add("Cast", {graph().constant(sizes, std::span<const float>(lower))},
                                        {{"to", std::int64_t{onnx::TensorProto::BOOL}}}));
        }
        return conditions.size() == 1 ? conditions[0] : t_.add("And", conditions);
    }

    /// Both tables of a kind, one behind the other: [2 R, D].
    std::vector<float> tables(const std::string& kind) const {
        std::vector<float> both;
        for (const char* direction : {"_vertical", "_horizontal"}) {
            const std::span<const float> table = t_.values(kind + direction);
            both.insert(both.end(), table.begin(), table.end());
        }
        return both;
    }
    /// Values of [N, H, L, width] at fixed places of each [L, width].
    std::string gathered(const std::string& x, std::int64_t width, const std::vector<std::int64_t>& sizes,
                         const std::vector<std::int64_t>& index) const {
        const std::string flat = t_.reshaped(x, {a_.heads, queries_ * width});
        return t_.add("Gather", {flat, graph().constant(sizes, std::span<const std::int64_t>(index))},
                      {{"axis", std::int64_t{2}}});
    }

    std::string relative_logits() const {
        const std::vector<float> rows = tables("key");
        std::vector<float> columns(rows.size());
        for (std::int64_t r = 0; r < positions_.rows; ++r)
            for (std::int64_t d = 0; d < dim_; ++d)
                columns[static_cast<std::size_t>(d * positions_.rows + r)] =
                    rows[static_cast<std::size_t>(r * dim_ + d)];
        const std::string at_rows =
            t_.add("MatMul", {q_, t_.parameter("key_positions", {dim_, positions_.rows}, columns)});
        const std::string at_classes =
            gathered(at_rows, positions_.rows, {queries_, positions_.classes}, positions_.key_index);
        const std::vector<std::int64_t> sizes{positions_.classes, keys_};
        return t_.add("MatMul", {at_classes, graph().constant(sizes, std::span<const float>(positions_.members))});
    }

    std::string relative_values(const std::string& p) const {
        const std::int64_t columns = positions_.classes + 2;
        const std::vector<std::int64_t> sizes{keys_, columns};
        const std::string sums =
            t_.add("MatMul", {p, graph().constant(sizes, std::span<const float>(positions_.member_columns))});
        std::vector<std::int64_t> places{queries_, positions_.rows};
        if (positions_.terms > 1) places.push_back(positions_.terms);
        std::string at_rows = gathered(sums, columns, places, positions_.value_index);
        if (positions_.terms > 1) {
            const std::int64_t last = -1;
            at_rows =
                t_.add("ReduceSum", {at_rows, graph().list(std::span(&last, 1))}, {{"keepdims", std::int64_t{0}}});
        }
        return t_.add("MatMul", {at_rows, t_.parameter("value_positions", {positions_.rows, dim_}, tables("value"))});
    }

    const Translation& t_;
    const AttentionAttributes& a_;
    std::int64_t queries_, keys_, dim_;
    RelativePositions positions_;
    std::string q_, k_, v_;
};

}  // namespace

OnnxValue translate_attention(const Translation& t) { return t.plain_result(AttentionTranslation(t).translate()); }

}  // namespace hpnas
