#pragma once
#include <array>

#include "hpnas/config/options.hpp"

namespace hpnas {

/// Options of every kind, for the tests of the visitors.
struct SampleOptions {
    bool nesterov = true;
    std::int64_t population = 50;
    double rate = 0.1;
    std::string path = "data";
    std::string mode = "fast";
    std::vector<double> edges{0.5, 1};
    std::vector<std::int64_t> sizes{3, 5};
    std::vector<std::string> names;
    ConfigNode optimizer;
    struct Inner {
        double beta = 1;
        void visit(OptionVisitor& v) { v.number({"beta", "power", 0}, beta); }
    } inner;

    void visit(OptionVisitor& v) {
        static constexpr std::array<std::string_view, 2> modes{"fast", "exact"};
        v.boolean({"nesterov", "look ahead"}, nesterov);
        v.integer({"population", "members (count)", 2, 10000}, population);
        v.number({"rate", "learning rate", 0, 1}, rate);
        v.text({"path", "directory"}, path);
        v.choice({"mode", "how"}, mode, modes);
        v.numbers({"edges", "edges (ms)", 0}, edges);
        v.integers({"sizes", "kernel sizes", 1, 7}, sizes);
        v.texts({"names", "names"}, names);
        v.subtree({"optimizer", "gradient method"}, optimizer);
        v.group({"inner", "nested"}, inner);
    }
};

}  // namespace hpnas
