#pragma once
#include <string>
#include <vector>

#include "hpnas/config/options.hpp"
#include "hpnas/energy/energy_model.hpp"
#include "hpnas/space/network_table.hpp"

namespace hpnas {

struct EnergyTableOptions {
    std::string path{};
    std::vector<std::string> key{"arch"};
    std::string column = "energy_mj";
    void visit(OptionVisitor& v);
};

/// Energy from a column of a CSV file, measured or estimated elsewhere. A network that the file lacks has none.
class EnergyTable final : public EnergyModel {
public:
    /// @throws ConfigError if the context lacks the space or the file the column; DataError as NetworkTable
    EnergyTable(const EnergyTableOptions& options, const EnergyContext& context);
    std::string_view name() const noexcept override { return "table"; }
    /// The hash of the table.
    std::vector<std::string> facts() const override;

private:
    std::optional<double> do_energy_mj(const Network& network, const Encoding& x) override;
    NetworkTable table_;
};

}  // namespace hpnas
