#pragma once
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace hpnas::test {

/// One layer of tests/space/data/gpunet_layers.txt.
struct GoldenLayer {
    std::int64_t in_channels, out_channels, mid, se;
    double bn_eps;
    bool residual;
    std::int64_t drop_path_1e6, in_size, out_size, out_size_half, parameters, macs, macs_half;
};

struct GoldenNetwork {
    std::string name;
    std::int64_t resolution, parameters, macs, macs_half;
    std::vector<GoldenLayer> layers;
};

inline std::vector<GoldenNetwork> golden_networks() {
    std::ifstream file(HPNAS_SOURCE_DIR "/tests/space/data/gpunet_layers.txt");
    std::vector<GoldenNetwork> networks;
    for (std::string line; std::getline(file, line);) {
        std::istringstream text(line);
        if (line.starts_with("#")) continue;
        if (line.starts_with("network")) {
            GoldenNetwork n;
            std::size_t n_layers = 0;
            std::string word;
            text >> word >> n.name >> n.resolution >> n.parameters >> n.macs >> n.macs_half >> n_layers;
            n.layers.reserve(n_layers);
            networks.push_back(std::move(n));
            continue;
        }
        GoldenLayer l{};
        text >> l.in_channels >> l.out_channels >> l.mid >> l.se >> l.bn_eps >> l.residual >> l.drop_path_1e6 >>
            l.in_size >> l.out_size >> l.out_size_half >> l.parameters >> l.macs >> l.macs_half;
        networks.back().layers.push_back(l);
    }
    return networks;
}

}  // namespace hpnas::test
