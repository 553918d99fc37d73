#pragma once
#include <string>
#include <vector>

#include "hpnas/space/search_space.hpp"

namespace hpnas::testing {

/// A space whose random networks are small enough to be exported and run within a second.
struct RandomSpace {
    std::string yaml;
    TaskShape task{.classes = 10, .input_channels = 3, .resolution = 32, .sequence = 24, .vocabulary = 50};
};

/// Every registered space that has networks, some with several options, so that every operator is met in a network.
inline std::vector<RandomSpace> random_spaces() {
    const TaskShape own{.classes = 10, .input_channels = 3, .resolution = 0, .sequence = 24, .vocabulary = 50};
    const TaskShape small{.classes = 10, .input_channels = 3, .resolution = 64, .sequence = 0, .vocabulary = 0};
    const std::string configs = HPNAS_SOURCE_DIR "/configs/spaces/";
    const std::string bert =
        "{name: bert, layers: [2, 3], heads: [2, 4], hidden: [30, 40], ffn: [50, 60], head_size: 8";
    const std::string vit =
        "{name: vit, depth: [2, 3], mlp: [2, 3], heads: [2, 3], embed: [30, 40], head_size: 8, patch: 4, resolution: "
        "32";
    const std::string asr = "{name: asr, depth: [2, 3], d_model: [64, 96], heads: [2, 4], decoder_layers: 2";
    const TaskShape spectrogram{.classes = 10, .input_channels = 1, .resolution = 0, .sequence = 37, .vocabulary = 50};
    const std::string transformer = "{name: transformer, layers: [2, 4], hidden: [32, 64], heads: [2, 4]";
    return {{"gpunet", small},
            {"gpunet_cifar"},
            {"gpunet_networks", small},
            {"smoke", own},
            {"{name: staged, file: " + configs + "smoke.yaml}", own},
            {"{name: layers, file: " + configs + "gpunet_networks.yaml}", small},
            {"nasbench201"},
            {"darts_cell"},
            {"mbconv", small},
            {"{name: mbconv, profile: cifar, width: 0.25}"},
            {"five_layer"},
            {asr + "}", spectrogram},
            {asr + ", ctc: true}", spectrogram},
            {transformer + ", per_layer: true, ffn_ratio: [1, 2.5, 4], norm: [post, pre]}"},
            {transformer + ", input: features, positions: sinusoidal, head_size: 24, causal: true}"},
            {"plainnet", small},
            {"{name: plainnet, profile: denas, se: true}", small},
            {vit + "}", own},
            {vit + ", max_distance: 2, pre_norm: false, gp: false}", own},
            {vit + ", relative_position: false, abs_pos: false}", own},
            {bert + "}"},
            {bert + ", head: span}"},
            {"flexibert"}};
}

}  // namespace hpnas::testing
