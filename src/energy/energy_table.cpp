#include "hpnas/energy/energy_table.hpp"

#include <fmt/format.h>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

const SearchSpace& space_of(const EnergyContext& context) {
    if (context.space == nullptr) throw ConfigError("energy: table: needs a space");
    return *context.space;
}

}  // namespace

void EnergyTableOptions::visit(OptionVisitor& v) {
    v.text({.name = "path", .doc = "CSV file with a header, a row per network", .required = true}, path);
    v.texts({"key", "columns whose texts, joined, are the network in the space's notation"}, key);
    v.text({"column", "energy of one inference (mJ)"}, column);
}

EnergyTable::EnergyTable(const EnergyTableOptions& options, const EnergyContext& context)
    : table_(CsvTable::load(options.path), space_of(context), options.key, {options.column}, 1) {}

std::vector<std::string> EnergyTable::facts() const { return {fmt::format("facts.energy=x{:016x}", table_.hash())}; }

std::optional<double> EnergyTable::do_energy_mj(const Network&, const Encoding& x) {
    const auto values = table_.find(x);
    return values.empty() ? std::nullopt : std::optional(values[0]);
}

}  // namespace hpnas
