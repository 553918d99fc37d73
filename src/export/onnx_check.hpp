#pragma once
#include "onnx_proto.hpp"

namespace hpnas {

/// Runs ONNX's own checker and strict shape inference over a model. @throws InternalError with what they say, or if a
/// declared output has another shape than the inferred one
void check_onnx(const onnx::ModelProto& model);

}  // namespace hpnas
