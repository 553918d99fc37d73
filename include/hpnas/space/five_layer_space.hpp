#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "hpnas/config/options.hpp"
#include "hpnas/space/chain_segmentation.hpp"
#include "hpnas/space/search_space.hpp"

namespace hpnas {

struct FiveLayerOptions {
    std::int64_t channels = 16;
    std::int64_t layers = 5;
    std::vector<std::int64_t> halve_after{1, 3};  ///< layers (from 1) behind which a 2x2 maximum halves the size
    std::int64_t resolution = 32;                 ///< unless the task says
    void visit(OptionVisitor& v);
};

/// The small chain that NVIDIA's text on UNAS explains its method with: in each of five layers a 5x5 convolution, a 3x3
/// convolution (each with batch norm and ReLU) or a 3x3 maximum, all of stride 1 and the same width. Decisions "layer1"
/// to "layer5". Notation: "conv5x5,conv3x3,max_pool,...".
class FiveLayerSpace final : public SearchSpace {
public:
    /// @throws ConfigError if the size cannot be halved so often
    FiveLayerSpace(const FiveLayerOptions& options, const TaskShape& task);

    std::string_view name() const noexcept override { return "five_layer"; }
    std::span<const Decision> decisions() const noexcept override { return decisions_; }
    std::optional<Segmentation> segmentation() const override;

private:
    bool halves_after(std::size_t layer) const;
    Network do_decode(const Encoding& x) const override;
    Encoding do_parse(std::string_view arch) const override;
    std::string do_format(const Encoding& x) const override;
    std::string do_choice_text(std::size_t slot, std::size_t choice) const override;

    FiveLayerOptions options_;
    TaskShape task_;
    std::vector<Decision> decisions_;
};

/// What a layer can be, as an operation from [H, W, C] to the same shape.
enum class ChainOperation : std::uint8_t { conv5x5, conv3x3, max_pool };
inline constexpr std::size_t n_chain_operations = 3;

/// Adds a layer's nodes under the builder's open scope, without declaring a block. @return its output
NodeId append_chain_operation(NetworkBuilder& builder, NodeId input, ChainOperation operation);

}  // namespace hpnas
