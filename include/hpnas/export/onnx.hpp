#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hpnas/graph/network.hpp"
#include "hpnas/train/parameters.hpp"

namespace hpnas {

/// How the dimensions of images lie in the exported graph's inputs and outputs; inside they are always nchw.
enum class ImageLayout : std::uint8_t { nchw, nhwc };

/// What an exported network should look like.
struct OnnxOptions {
    bool fold = true;        ///< the deployed network (batch norm folded into convolutions), else as it was trained
    std::int64_t batch = 0;  ///< samples per call; 0: any number, a dimension named "batch"
    ImageLayout layout = ImageLayout::nchw;
    std::string name = "network";                                 ///< of the graph
    std::string producer_version{};                               ///< of the program
    std::vector<std::pair<std::string, std::string>> metadata{};  ///< becomes metadata_props, in this order
};

/// The version of ONNX's operators that exported graphs are written in.
constexpr std::int64_t onnx_opset = 17;

/// A network in evaluation mode as an ONNX model (serialised protobuf, IR version 8, float32), verified by ONNX's own
/// checker and shape inference.
///
/// Inputs have the names of the network's inputs and the shape [batch, ...]; images are [batch, C, H, W] unless
/// `layout` says otherwise. Token ids are int64; they are moved into the vocabulary as op/embedding.hpp says. The
/// output is named "output"; several are "output0", "output1", ... Initialisers are named as our parameters.
/// @param parameters  of `network`
/// @throws InternalError if an operator has no translator; StoreError if the model would exceed protobuf's 2 GiB
std::string to_onnx(const Network& network, const Parameters& parameters, const OnnxOptions& options = {});

/// Writes to_onnx beside `path` and renames. @throws StoreError (cannot_create, io) and what to_onnx throws
void save_onnx(const std::string& path, const Network& network, const Parameters& parameters,
               const OnnxOptions& options = {});

/// Types of all operators that can be exported.
std::vector<std::string_view> onnx_operators();

}  // namespace hpnas
