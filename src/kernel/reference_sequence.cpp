#include <algorithm>
#include <cmath>
#include <cstddef>
#include <hpnas/kernel/reference_sequence.hpp>

namespace hpnas::kernel::reference {
namespace {

struct Statistics {
    double mean = 0, inv_std = 0;
};

Statistics row_statistics(const LayerNormShape& shape, const double* row) {
    const auto width = static_cast<double>(shape.width);
    Statistics s;
    for (std::int64_t i = 0; i < shape.width; ++i) s.mean += row[i] / width;
    double variance = 0;
    for (std::int64_t i = 0; i < shape.width; ++i) variance += (row[i] - s.mean) * (row[i] - s.mean) / width;
    s.inv_std = 1 / std::sqrt(variance + static_cast<double>(shape.epsilon));
    return s;
}

/// Where row `position` of the vectors of one head starts: part 0 q, 1 k, 2 v.
struct Place {
    const AttentionShape& shape;

    std::size_t operator()(int part, std::int64_t sample, std::int64_t position, std::int64_t head) const {
        const std::int64_t width = shape.heads * shape.dim;
        const std::int64_t parts = shape.joint ? 3 : part == 0 ? 1 : 2;
        const std::int64_t rows = part == 0 ? shape.queries : shape.keys;
        const std::int64_t slot = shape.joint ? part : part == 0 ? 0 : part - 1;
        return static_cast<std::size_t>(((sample * rows + position) * parts + slot) * width + head * shape.dim);
    }
};

/// One head of one sample, all that depends on positions looked up.
class Head {
public:
    Head(const AttentionShape& shape, const AttentionValues& input, std::int64_t sample, std::int64_t head)
        : shape_(shape), input_(input), place_{shape}, sample_(sample), head_(head) {}

    const Values& tensor(int part) const { return part == 0 || shape_.joint ? input_.src : input_.memory; }
    std::size_t at(int part, std::int64_t position) const { return place_(part, sample_, position, head_); }
    bool visible(std::int64_t i, std::int64_t j) const {
        if (shape_.causal && j > i) return false;
        return !shape_.mask || input_.mask[static_cast<std::size_t>(sample_ * shape_.keys + j)] > 0.5;
    }
    /// Element d of the table entries of (i, j): `first` 0 for keys, 2 for values.
    double offset(std::size_t first, std::int64_t i, std::int64_t j, std::int64_t d) const {
        if (shape_.max_distance == 0) return 0;
        const RelativePosition p = relative_position(shape_, i, j);
        return input_.tables[first][static_cast<std::size_t>(p.vertical * shape_.dim + d)] +
               input_.tables[first + 1][static_cast<std::size_t>(p.horizontal * shape_.dim + d)];
    }
    double key(std::int64_t i, std::int64_t j, std::int64_t d) const {
        return tensor(1)[at(1, j) + static_cast<std::size_t>(d)] + offset(0, i, j, d);
    }
    double value(std::int64_t i, std::int64_t j, std::int64_t d) const {
        return tensor(2)[at(2, j) + static_cast<std::size_t>(d)] + offset(2, i, j, d);
    }
    double query(std::int64_t i, std::int64_t d) const { return tensor(0)[at(0, i) + static_cast<std::size_t>(d)]; }

    /// Over the keys; zeros if none is visible.
    Values probabilities(std::int64_t i) const {
        const double scale = 1 / std::sqrt(static_cast<double>(shape_.dim));
        Values p(static_cast<std::size_t>(shape_.keys), 0);
        double largest = -HUGE_VAL, sum = 0;
        for (std::int64_t j = 0; j < shape_.keys; ++j) {
            double& logit = p[static_cast<std::size_t>(j)];
            for (std::int64_t d = 0; d < shape_.dim; ++d) logit += query(i, d) * key(i, j, d) * scale;
            if (visible(i, j)) largest = std::max(largest, logit);
        }
        for (std::int64_t j = 0; j < shape_.keys; ++j) {
            double& x = p[static_cast<std::size_t>(j)];
            x = visible(i, j) ? std::exp(x - largest) : 0;
            sum += x;
        }
        if (sum > 0)
            for (double& x : p) x /= sum;
        return p;
    }

private:
    const AttentionShape& shape_;
    const AttentionValues& input_;
    Place place_;
    std::int64_t sample_, head_;
};

template <class F>
void for_heads(const AttentionShape& shape, const AttentionValues& input, F f) {
    for (std::int64_t sample = 0; sample < shape.batch; ++sample)
        for (std::int64_t head = 0; head < shape.heads; ++head) f(Head(shape, input, sample, head), sample, head);
}

std::size_t dst_place(const AttentionShape& shape, std::int64_t sample, std::int64_t i, std::int64_t head) {
    return static_cast<std::size_t>(((sample * shape.queries + i) * shape.heads + head) * shape.dim);
}

/// Adds the gradients that query i of one head contributes, given its probabilities and those of dst.
void add_gradients(const AttentionShape& shape, const Head& head, std::int64_t i, const double* diff_dst,
                   AttentionValues& diff) {
    const double scale = 1 / std::sqrt(static_cast<double>(shape.dim));
    const Values p = head.probabilities(i);
    Values diff_p(p.size(), 0);
    double mean = 0;
    for (std::int64_t j = 0; j < shape.keys; ++j) {
        const auto at = static_cast<std::size_t>(j);
        for (std::int64_t d = 0; d < shape.dim; ++d) diff_p[at] += diff_dst[d] * head.value(i, j, d);
        mean += p[at] * diff_p[at];
    }
    for (std::int64_t j = 0; j < shape.keys; ++j) {
        const double probability = p[static_cast<std::size_t>(j)];
        const double logit = probability * (diff_p[static_cast<std::size_t>(j)] - mean) * scale;
        const RelativePosition r = shape.max_distance > 0 ? relative_position(shape, i, j) : RelativePosition{};
        Values& memory = shape.joint ? diff.src : diff.memory;
        for (std::int64_t d = 0; d < shape.dim; ++d) {
            const auto e = static_cast<std::size_t>(d);
            diff.src[head.at(0, i) + e] += logit * head.key(i, j, d);
            memory[head.at(1, j) + e] += logit * head.query(i, d);
            memory[head.at(2, j) + e] += probability * diff_dst[d];
            if (shape.max_distance == 0) continue;
            const auto vertical = static_cast<std::size_t>(r.vertical * shape.dim + d),
                       horizontal = static_cast<std::size_t>(r.horizontal * shape.dim + d);
            diff.tables[0][vertical] += logit * head.query(i, d);
            diff.tables[1][horizontal] += logit * head.query(i, d);
            diff.tables[2][vertical] += probability * diff_dst[d];
            diff.tables[3][horizontal] += probability * diff_dst[d];
        }
    }
}

}  // namespace

Values layer_norm_forward(const LayerNormShape& shape, const LayerNormInput& input) {
    Values dst(input.src.size());
    for (std::int64_t row = 0; row < shape.rows; ++row) {
        const auto first = static_cast<std::size_t>(row * shape.width);
        const Statistics s = row_statistics(shape, input.src.data() + first);
        for (std::size_t i = 0; i < input.gamma.size(); ++i)
            dst[first + i] = input.gamma[i] * (input.src[first + i] - s.mean) * s.inv_std + input.beta[i];
    }
    return dst;
}

LayerNormInput layer_norm_backward(const LayerNormShape& shape, const LayerNormInput& input, const Values& diff_dst) {
    const std::size_t width = input.gamma.size();
    LayerNormInput diff{Values(input.src.size()), Values(width, 0), Values(width, 0)};
    for (std::int64_t row = 0; row < shape.rows; ++row) {
        const auto first = static_cast<std::size_t>(row * shape.width);
        const Statistics s = row_statistics(shape, input.src.data() + first);
        double mean = 0, slope = 0;  // of the gradient of the normalised row
        for (std::size_t i = 0; i < width; ++i) {
            const double x = (input.src[first + i] - s.mean) * s.inv_std, d = diff_dst[first + i];
            mean += d * input.gamma[i] / static_cast<double>(width);
            slope += d * input.gamma[i] * x / static_cast<double>(width);
            diff.gamma[i] += d * x;
            diff.beta[i] += d;
        }
        for (std::size_t i = 0; i < width; ++i) {
            const double x = (input.src[first + i] - s.mean) * s.inv_std;
            diff.src[first + i] = s.inv_std * (diff_dst[first + i] * input.gamma[i] - mean - x * slope);
        }
    }
    return diff;
}

Values attention_forward(const AttentionShape& shape, const AttentionValues& input) {
    Values dst(static_cast<std::size_t>(shape.batch * shape.queries * shape.heads * shape.dim), 0);
    for_heads(shape, input, [&](const Head& head, std::int64_t sample, std::int64_t h) {
        for (std::int64_t i = 0; i < shape.queries; ++i) {
            const Values p = head.probabilities(i);
            const std::size_t at = dst_place(shape, sample, i, h);
            for (std::int64_t j = 0; j < shape.keys; ++j)
                for (std::int64_t d = 0; d < shape.dim; ++d)
                    dst[at + static_cast<std::size_t>(d)] += p[static_cast<std::size_t>(j)] * head.value(i, j, d);
        }
    });
    return dst;
}

AttentionValues attention_backward(const AttentionShape& shape, const AttentionValues& input, const Values& diff_dst) {
    AttentionValues diff;
    diff.src.assign(input.src.size(), 0);
    diff.memory.assign(input.memory.size(), 0);
    diff.mask.assign(input.mask.size(), 0);
    for (std::size_t t = 0; t < diff.tables.size(); ++t) diff.tables[t].assign(input.tables[t].size(), 0);
    for_heads(shape, input, [&](const Head& head, std::int64_t sample, std::int64_t h) {
        for (std::int64_t i = 0; i < shape.queries; ++i)
            add_gradients(shape, head, i, diff_dst.data() + dst_place(shape, sample, i, h), diff);
    });
    return diff;
}

}  // namespace hpnas::kernel::reference
