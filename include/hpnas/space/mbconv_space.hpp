#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "hpnas/config/options.hpp"
#include "hpnas/space/block.hpp"
#include "hpnas/space/search_space.hpp"

namespace hpnas {

/// The network around the searched layers.
struct MbconvOptions {
    std::string profile = "imagenet";  ///< imagenet: 224 pixels, size divided by 32; cifar: 32 pixels, divided by 8
    double width = 1.0;                ///< factor of all widths
    std::int64_t resolution = 0;       ///< 0: the profile's, unless the task says
    void visit(OptionVisitor& v);
};

/// One searched layer, except for what is chosen.
struct MbconvLayer {
    std::int64_t width = 0, stride = 1;
    bool may_skip = false;  ///< input and output have one shape
};

/// UNAS's space in the style of ProxylessNAS: 21 inverted residual layers, each with kernel 3, 5 or 7 and expansion 3
/// or 6, or left out where shapes allow. Decisions "layer1" to "layer21". Notation: "k5e3,k3e3,skip,..." or a published
/// network's name (unas_mbconv, proxylessnas_gpu). Sources: Cai, Zhu, Han, ICLR 2019; Vahdat et al., CVPR 2020.
class MbconvSpace final : public SearchSpace {
public:
    MbconvSpace(const MbconvOptions& options, const TaskShape& task);

    std::string_view name() const noexcept override { return "mbconv"; }
    std::span<const Decision> decisions() const noexcept override { return decisions_; }
    std::span<const MbconvLayer> layers() const noexcept { return layers_; }
    /// A layer's block; nothing for a skip. @param layer, choice  in range
    std::optional<BlockSpec> block(std::size_t layer, std::size_t choice, std::int64_t in_channels) const;
    std::optional<Segmentation> segmentation() const override;

private:
    std::int64_t scaled(std::int64_t width) const;
    std::vector<BlockSpec> entrance() const;  // what stands before the searched layers
    BlockSpec head() const;
    Network do_decode(const Encoding& x) const override;
    Encoding do_parse(std::string_view arch) const override;
    std::string do_format(const Encoding& x) const override;
    std::string do_choice_text(std::size_t slot, std::size_t choice) const override;

    MbconvOptions options_;
    TaskShape task_;
    std::vector<MbconvLayer> layers_;
    std::vector<Decision> decisions_;
};

}  // namespace hpnas
