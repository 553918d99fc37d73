#include "hpnas/app/workbench.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "hpnas/app/gradient_strategy.hpp"
#include "hpnas/app/session.hpp"
#include "hpnas/app/task_shape.hpp"
#include "hpnas/app/version.hpp"
#include "hpnas/comm/communicator.hpp"
#include "hpnas/core/hash.hpp"
#include "hpnas/energy/builtin.hpp"
#include "hpnas/eval/builtin.hpp"
#include "hpnas/latency/builtin.hpp"
#include "hpnas/latency/table_file.hpp"
#include "hpnas/search/quantity_names.hpp"
#include "hpnas/space/additive_cost.hpp"
#include "hpnas/space/builtin.hpp"

namespace hpnas {
namespace {

/// Makes a component or throws every mistake in its options.
template <class Registry, class... Args>
auto make(const Registry& registry, const ConfigNode& node, std::string_view key, Args&&... args) {
    Diagnostics diagnostics;
    auto component = registry.make(node, key, diagnostics, std::forward<Args>(args)...);
    diagnostics.throw_if_any();
    return component;
}

TableModelOptions table_options(const ConfigNode& latency) {
    TableModelOptions options;
    Diagnostics diagnostics;
    if (latency.kind == ConfigNode::Kind::map) read_options(latency, "latency", diagnostics, options, {"name"});
    diagnostics.throw_if_any();
    return options;
}

bool is_table(const RunConfig& config) {
    const ConfigNode* latency = config.resolved.find("latency");
    const ConfigNode* name = latency != nullptr ? latency->find("name") : nullptr;
    return name != nullptr && name->scalar == "table";
}

/// That with the largest value of every decision.
Network largest_network(const SearchSpace& space) {
    if (!space.has_networks())
        throw ConfigError(fmt::format("space {}: holds tabulated results, no networks with weights", space.name()));
    Encoding x;
    for (const Decision& decision : space.decisions())
        x.push_back(static_cast<std::int16_t>(std::ranges::max_element(decision.values) - decision.values.begin()));
    return space.decode(x);
}

/// A file of this run on this node that its ranks take turns by.
std::string turn_file(const std::string& output) {
    const std::string run = std::filesystem::absolute(output).string();
    return (std::filesystem::temp_directory_path() / fmt::format("hpnas_turn_{}_{:016x}", ::getuid(), hash64(run)))
        .string();
}

}  // namespace

void share_table(Communicator& comm, TableModel& model) {
    const Calibration fit = model.table().calibration.value_or(Calibration{});
    const std::string line = fmt::format("{} {} {} {} {}\n", model.table().calibration.has_value() ? 1 : 0,
                                         fit.offset_ms, fit.slope, fit.count, fit.kind);
    const std::string bytes = comm.broadcast(comm.is_root() ? line + to_csv(model.table()) : "");
    if (comm.is_root()) return;
    const std::size_t end = bytes.find('\n');
    std::istringstream fields(bytes.substr(0, end));
    bool fitted = false;
    Calibration received;
    fields >> fitted >> received.offset_ms >> received.slope >> received.count >> received.kind;
    model.table() = parse_csv(bytes.substr(end + 1), "table of rank 0");
    if (fitted) model.table().calibration = received;
}

std::function<double(std::span<const std::int16_t>)> table_latency(TableModel& table,
                                                                   const Segmentation& segmentation) {
    auto cost =
        std::make_shared<const AdditiveCost>(segmentation, [&](const Network& block) { return table.sum_ms(block); });
    return [cost, &table](std::span<const std::int16_t> x) { return table.calibrated_ms((*cost)(x)); };
}

Workbench::Workbench(const RunConfig& config, Log log)
    : config_(config),
      log_(std::move(log)),
      arena_(static_cast<std::size_t>(config.memory_limit_mib) << 20U),
      device_{engine_, arena_} {}

void Workbench::load_data() {
    if (!config_.has_data()) return;
    Task task = make(datasets(), config_.data, "data")->load();
    for (const std::string& note : notes_of(task)) log_.warning("data: {}", note);
    if (!std::holds_alternative<ImageTask>(task))
        throw ConfigError(fmt::format(
            "data: expected a data set of images, which is what candidates are trained and scored on, got {}; "
            "leave the key out to search by scores on random inputs",
            kind_of(task)));
    task_ = std::get<ImageTask>(std::move(task));
}

void Workbench::make_space() {
    const TaskShape shape = task_shape(config_.task, has_data() ? &task_ : nullptr);
    space_ = make(spaces(), config_.space, "space", shape);
    const ConfigNode* resolved = config_.resolved.find("space");
    space_text_ = fmt::format("{} for {} classes, {} channels, resolution {}, sequence {}, vocabulary {}",
                              resolved == nullptr ? std::string(space_->name()) : to_yaml_line(*resolved),
                              shape.classes, shape.input_channels, shape.resolution, shape.sequence, shape.vocabulary);
}

LatencyContext Workbench::latency_context() const { return {&device_, library_versions(), log_, space_text_}; }

void Workbench::make_latency(Communicator& comm, const std::string& own_table, bool import) {
    if (!config_.has_latency()) return;
    const LatencyContext context = latency_context();
    if (!is_table(config_)) {
        ConfigNode node = config_.latency;
        if (ConfigNode* path = node.find("path"); path != nullptr && !own_table.empty()) {
            path->scalar = own_table;
            path->quoted = true;
        }
        collectively(comm, [&] { latency_ = make(latency_models(), node, "latency", context); });
        return;
    }
    std::unique_ptr<TableModel> model;
    collectively(comm, [&] {
        TableModelOptions options = table_options(config_.latency);
        if (import) options.missing = "measure";
        if (!own_table.empty()) {
            options.path = own_table;
            options.missing = "refuse";
        }
        model = comm.is_root() ? std::make_unique<TableModel>(options, context)
                               : std::make_unique<TableModel>(LatencyTable(), options, context);
    });
    share_table(comm, *model);
    latency_ = std::move(model);
}

void Workbench::make_evaluator() {
    EvaluatorContext context{.space = space_.get(),
                             .device = &device_,
                             .task = has_data() ? &task_ : nullptr,
                             .training = &config_.training,
                             .latency = latency_.get(),
                             .energy = energy_.get(),
                             .seed = static_cast<std::uint64_t>(config_.seed)};
    if (!config_.pretrained.empty()) {
        pretrained_.emplace(config_.pretrained);
        log_.info("{}", summary(*pretrained_, WeightSlices(*pretrained_, largest_network(*space_))));
        context.pretrained = [this](const Network& network) {
            return [slices = WeightSlices(*pretrained_, network)](Parameters& to) { slices.copy_to(to); };
        };
    }
    evaluator_ = make(evaluators(), config_.objective, "objective", context);
    check_quantity_names(evaluator_->objectives(), evaluator_->metrics());
    if (turn_) evaluator_->set_around([this](const std::function<void()>& work) { turn_->compute(work); });
}

void Workbench::make_energy(Communicator& comm) {
    if (!config_.has_energy()) return;
    const std::string file = turn_file(config_.output);
    collectively(comm, [&] { turn_.emplace(file); });
    std::error_code ignored;
    std::filesystem::remove(file, ignored);  // every rank has opened it
    collectively(comm, [&] {
        const EnergyContext context{.space = space_.get(),
                                    .device = &device_,
                                    .alone = [this](const std::function<void()>& work) { turn_->measure(work); }};
        energy_ = make(energy_models(), config_.energy, "energy", context);
    });
}

std::unique_ptr<Strategy> Workbench::make_strategy(StrategyContext context) const {
    return make(search_strategies(), config_.strategy, "strategy", std::move(context));
}

}  // namespace hpnas
