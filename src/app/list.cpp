#include <fmt/core.h>

#include <functional>
#include <map>

#include "hpnas/app/command.hpp"
#include "hpnas/app/gradient_strategy.hpp"
#include "hpnas/app/train_config.hpp"
#include "hpnas/data/dataset.hpp"
#include "hpnas/energy/builtin.hpp"
#include "hpnas/eval/builtin.hpp"
#include "hpnas/latency/builtin.hpp"
#include "hpnas/op/builtin.hpp"
#include "hpnas/score/builtin.hpp"
#include "hpnas/space/builtin.hpp"
#include "hpnas/supernet/builtin.hpp"
#include "hpnas/train/optimizer.hpp"
#include "hpnas/train/schedule.hpp"

namespace hpnas {
namespace {

void print_keys(const std::function<void(OptionVisitor&)>& visit) {
    for (const OptionDoc& row : document_options(visit)) {
        const std::string range = row.range.empty() ? row.type : row.type + " " + row.range;
        const std::string value =
            row.required ? "required" : "default " + (row.default_value.empty() ? "''" : row.default_value);
        fmt::print("    {:<28} {}; {}\n    {:<28}   {}\n", row.key, range, value, "", row.doc);
    }
}

template <class Registry>
void print_family(const Registry& registry) {
    for (const auto& entry : registry.entries()) {
        fmt::print("{}\n    {}\n", entry.name, entry.doc);
        print_keys(entry.visit_defaults);
    }
}

const std::map<std::string, std::function<void()>>& families() {
    static const std::map<std::string, std::function<void()>> all{
        {"spaces", [] { print_family(spaces()); }},
        {"strategies", [] { print_family(search_strategies()); }},
        {"estimators", [] { print_family(estimators()); }},
        {"scores", [] { print_family(scores()); }},
        {"objectives", [] { print_family(evaluators()); }},
        {"latency", [] { print_family(latency_models()); }},
        {"energy", [] { print_family(energy_models()); }},
        {"operators", [] { print_family(operators()); }},
        {"datasets", [] { print_family(datasets()); }},
        {"optimizers", [] { print_family(optimizers()); }},
        {"schedules", [] { print_family(schedules()); }},
        {"keys",
         [] {
             RunConfig config;
             print_keys([&](OptionVisitor& v) { config.visit(v); });
         }},
        {"train_keys",
         [] {
             TrainConfig config;
             print_keys([&](OptionVisitor& v) { config.visit(v); });
         }},
    };
    return all;
}

}  // namespace

ExitCode list_command(const Command& command) {
    const auto family = families().find(command.family);
    if (family == families().end()) {
        std::string known;
        for (const auto& [name, print] : families()) known += (known.empty() ? "" : ", ") + name;
        throw Error(ExitCode::usage, fmt::format("list: unknown family '{}'; known: {}", command.family, known));
    }
    family->second();
    return ExitCode::ok;
}

}  // namespace hpnas
