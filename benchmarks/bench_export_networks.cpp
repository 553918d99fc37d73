// Writes the networks of bench_train_networks, as deployed, for compare_onnx.py. Usage: bench_export_networks DIR
#include <fmt/core.h>

#include <string>

#include "hpnas/export/onnx.hpp"
#include "networks.hpp"
#include "transformers.hpp"

using namespace hpnas;

int main(int argc, char** argv) {
    if (argc != 2) {
        fmt::print(stderr, "usage: bench_export_networks DIR\n");
        return 64;
    }
    const auto write = [&](const std::string& name, const Network& network) {
        Parameters parameters(network);
        parameters.initialize(1);
        save_onnx(fmt::format("{}/{}.onnx", argv[1], name), network, parameters, {.batch = 1});
    };
    write("resnet20", bench::resnet20());
    write("gpunet1_224", bench::gpunet1(224));
    write("mobilenet_v2_224", bench::mobilenet_v2());
    write("vit_tiny_224", bench::vit_tiny());
    write("bert_mini_128", bench::bert_mini());
    return 0;
}
