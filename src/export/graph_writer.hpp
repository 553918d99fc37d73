#pragma once
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "hpnas/core/shape.hpp"
#include "hpnas/export/onnx.hpp"
#include "onnx_proto.hpp"

namespace hpnas {

/// A value of the ONNX graph: its name and how its dimensions lie behind the batch.
struct OnnxValue {
    std::string name;
    Shape shape;                  ///< of one sample, as in our network
    bool channels_first = false;  ///< an image [N, C, H, W]; otherwise [N, ...] as in our network
    bool ids = false;             ///< int64 token ids
};

using OnnxAttribute = std::pair<std::string, std::variant<std::int64_t, float, std::string, std::vector<std::int64_t>>>;

/// Builds an ONNX graph. Names of nodes and values begin with the scope, the name of the node being translated.
class GraphWriter {
public:
    /// @param batch  0: any
    explicit GraphWriter(std::int64_t batch) : batch_(batch) {}

    void set_scope(std::string scope) { scope_ = std::move(scope); }
    std::int64_t batch() const noexcept { return batch_; }

    /// A graph input. @param ids  int64; otherwise float32
    OnnxValue input(const std::string& name, const Shape& shape, bool ids, ImageLayout layout);
    /// A graph output: what is computed as `value` gets this name.
    void output(const std::string& name, const OnnxValue& value, ImageLayout layout);

    /// An initialiser "<scope>.<name>". @param sizes  with `values` in row-major order
    std::string parameter(const std::string& name, std::span<const std::int64_t> sizes, std::span<const float> values);
    /// Initialisers that equal ones share.
    std::string constant(std::span<const std::int64_t> sizes, std::span<const float> values);
    std::string constant(std::span<const std::int64_t> sizes, std::span<const std::int64_t> values);
    std::string scalar(float value);
    std::string scalar(std::int64_t value);
    std::string list(std::span<const std::int64_t> values);

    /// Adds a node. @return the name of its first output; `n_outputs` > 1: of output i, name + "." + i
    std::string node(const std::string& type, std::vector<std::string> inputs,
                     std::vector<OnnxAttribute> attributes = {}, int n_outputs = 1);

    /// The value's name in the other layout; a transposition is written once.
    std::string as_channels_first(const OnnxValue& value);
    std::string as_channels_last(const OnnxValue& value);

    onnx::GraphProto take() && { return std::move(graph_); }

private:
    std::string unique(const std::string& name);
    std::string shared(std::int32_t type, std::span<const std::int64_t> sizes, std::string bytes);
    std::string transposed(const std::string& name, std::vector<std::int64_t> order);
    void describe(onnx::ValueInfoProto& info, const std::string& name, const OnnxValue& value) const;
    bool rename(const std::string& from, const std::string& to);

    std::int64_t batch_;
    std::string scope_;
    onnx::GraphProto graph_;
    std::set<std::string> names_;
    std::map<std::string, std::string> shared_;  // type, sizes and bytes to name
    std::map<std::pair<std::string, std::vector<std::int64_t>>, std::string> transposed_;
};

}  // namespace hpnas
