#pragma once
#include <string>
#include <vector>

#include "hpnas/space/search_space.hpp"
#include "hpnas/space/staged_spec.hpp"

namespace hpnas {

/// A few networks written out as layer lists, e.g. the published GPUNets: a space with the one decision "network".
/// Notation: the network's name, or its number.
class LayerListSpace final : public SearchSpace {
public:
    /// @param networks  at least one; with nothing searched, named differently
    LayerListSpace(std::string name, std::vector<StagedSpec> networks, const TaskShape& task);

    std::string_view name() const noexcept override { return name_; }
    std::span<const Decision> decisions() const noexcept override { return decisions_; }
    const std::vector<StagedSpec>& networks() const noexcept { return networks_; }

private:
    Network do_decode(const Encoding& x) const override;
    Encoding do_parse(std::string_view arch) const override;
    std::string do_format(const Encoding& x) const override;
    std::string do_choice_text(std::size_t slot, std::size_t choice) const override;

    std::string name_;
    std::vector<StagedSpec> networks_;
    TaskShape task_;
    std::vector<Decision> decisions_;
};

/// Reads {name:, doc:, networks: {name: space with every attribute fixed, ...}}. Mistakes become diagnostics; the
/// result is usable only if there was none.
std::vector<StagedSpec> read_layer_lists(const ConfigNode& node, const std::string& padding, Diagnostics& diagnostics);

}  // namespace hpnas
