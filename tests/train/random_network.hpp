#pragma once
#include <string>
#include <vector>

#include "hpnas/core/rng.hpp"
#include "hpnas/graph/network.hpp"
#include "hpnas/op/activate.hpp"
#include "hpnas/op/add.hpp"
#include "hpnas/op/batch_norm.hpp"
#include "hpnas/op/conv2d.hpp"
#include "hpnas/op/drop_path.hpp"
#include "hpnas/op/dropout.hpp"
#include "hpnas/op/global_average_pool.hpp"
#include "hpnas/op/linear.hpp"
#include "hpnas/op/pooling.hpp"
#include "hpnas/op/squeeze_excite.hpp"

namespace hpnas::testing {

/// Grows a directed acyclic graph of about 20 nodes with branches, residuals, values read several times and dead ends.
class RandomNetwork {
public:
    explicit RandomNetwork(std::uint64_t id) : rng_(17, Purpose::test, id) {
        values_.push_back(builder_.input("image", {9, 7, 3}));
        grow("stem", make_conv2d({.out = 8, .kernel = 3}));
    }

    Network build(int n_pieces) && {
        for (int i = 0; i < n_pieces; ++i) piece();
        NodeId y = builder_.add("pool", make_global_average_pool(), values_.back());
        y = builder_.add("dropout", make_dropout({.rate = 0.2}), y);
        return std::move(builder_).finish({builder_.add("fc", make_linear({.out = 5}), y)});
    }

private:
    std::string name(const std::string& what) { return what + std::to_string(counter_++); }
    std::int64_t channels() const { return builder_.shape(values_.back())[2]; }
    Activation activation() { return rng_.below(2) == 0 ? Activation::relu : Activation::swish; }
    void grow(const std::string& node, OperatorPtr op) { values_.push_back(builder_.add(node, op, values_.back())); }

    void piece() {
        if (values_.size() > 2 && rng_.below(6) == 0) values_.pop_back();  // perhaps a dead end
        switch (rng_.below(8)) {
            case 0:
                return convolution();
            case 1:
                grow(name("bn"), make_batch_norm({.eps = 1e-3}));
                if (rng_.below(2) == 0) grow(name("act"), make_activation(activation()));
                return;
            case 2: {
                const std::int64_t c = channels();
                return grow(name("depthwise"),
                            make_conv2d({.out = c, .kernel = rng_.below(2) == 0 ? 3 : 5, .groups = c}));
            }
            case 3:
                return grow(name("se"), make_squeeze_excite({.reduced = 4, .activation = activation()}));
            case 4:
                return residual();
            case 5:
                return add_an_earlier_value();
            case 6:
                return grow(name("pool"), make_average_pool({.kernel = 3, .stride = 1, .padding = 1}));
            default:
                return grow(name("act"), make_activation(activation()));
        }
    }

    void convolution() {
        const std::int64_t out = std::int64_t{8} << rng_.below(2);
        const std::int64_t stride = builder_.shape(values_.back())[0] > 4 && rng_.below(3) == 0 ? 2 : 1;
        grow(name("conv"), make_conv2d({.out = out, .kernel = 3, .stride = stride, .bias = rng_.below(2) == 0}));
        grow(name("bn"), make_batch_norm({.eps = 1e-3}));
    }

    void residual() {
        const NodeId x = values_.back();
        grow(name("conv"), make_conv2d({.out = channels()}));
        grow(name("bn"), make_batch_norm({.eps = 1e-3}));
        if (rng_.below(2) == 0) grow(name("path"), make_drop_path({.rate = 0.4}));
        values_.push_back(builder_.add(name("sum"), make_add(), {values_.back(), x}));
        if (rng_.below(2) == 0) grow(name("act"), make_activation(activation()));
    }

    void add_an_earlier_value() {
        const NodeId last = values_.back();
        std::vector<NodeId> equal;
        for (const NodeId v : values_) {
            if (builder_.shape(v) == builder_.shape(last)) equal.push_back(v);
        }
        const NodeId other = equal[rng_.below(equal.size())];  // perhaps `last` itself
        values_.push_back(builder_.add(name("sum"), make_add(), {last, other}));
    }

    Rng rng_;
    NetworkBuilder builder_;
    std::vector<NodeId> values_;
    int counter_ = 0;
};

inline Network random_network(std::uint64_t id, int n_pieces = 9) { return RandomNetwork(id).build(n_pieces); }

}  // namespace hpnas::testing
