#include "onnx_check.hpp"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#include <onnx/checker.h>
#include <onnx/shape_inference/implementation.h>
#pragma GCC diagnostic pop

#include "hpnas/core/error.hpp"

namespace hpnas {

void check_onnx(const onnx::ModelProto& model) {
    try {
        onnx::checker::check_model(model);
        onnx::ModelProto inferred = model;
        // Strict: outputs whose declared and inferred shapes differ are errors.
        const onnx::ShapeInferenceOptions options{true, 1, true};
        onnx::shape_inference::InferShapes(inferred, onnx::OpSchemaRegistry::Instance(), options);
    } catch (const std::exception& error) {
        throw InternalError(std::string("onnx: the exported graph is not valid: ") + error.what());
    }
}

}  // namespace hpnas
