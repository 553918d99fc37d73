#include "hpnas/space/plainnet_space.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "hpnas/config/scalar.hpp"
#include "hpnas/core/error.hpp"
#include "hpnas/op/global_average_pool.hpp"
#include "hpnas/op/linear.hpp"

namespace hpnas {
namespace {

std::vector<double> range(std::int64_t from, std::int64_t to, std::int64_t step = 1) {
    std::vector<double> values;
    for (std::int64_t v = from; v <= to; v += step) values.push_back(static_cast<double>(v));
    return values;
}

std::vector<double> types_of(std::initializer_list<UnitKind> kinds) {
    std::vector<double> values;
    const auto types = super_block_types();
    for (std::size_t i = 0; i < types.size(); ++i)
        if (std::find(kinds.begin(), kinds.end(), types[i].kind) != kinds.end())
            values.push_back(static_cast<double>(i));
    return values;
}

double type_named(std::string_view name) {
    const auto types = super_block_types();
    const auto at = std::find_if(types.begin(), types.end(), [&](const SuperBlockType& t) { return t.name == name; });
    return static_cast<double>(at - types.begin());
}

SuperBlockSlot slot(std::vector<double> type, std::vector<double> out, double stride, std::vector<double> bottleneck,
                    std::vector<double> layers) {
    SuperBlockSlot s;
    s.type.values = std::move(type);
    s.out.values = std::move(out);
    s.stride.values = {stride};
    s.bottleneck.values = std::move(bottleneck);
    s.layers.values = std::move(layers);
    return s;
}

/// Everything that structure strings can say with up to 16 super-blocks of 8 layers and widths up to 8192.
std::vector<SuperBlockSlot> any_slots() {
    const std::vector<double> types =
        types_of({UnitKind::conv, UnitKind::basic, UnitKind::bottleneck, UnitKind::inverted});
    const std::vector<double> channels = range(8, 8192, 8);
    std::vector<SuperBlockSlot> slots(16, slot(types, channels, 1, channels, range(0, 8)));
    slots[0].layers.values = range(1, 8);
    for (SuperBlockSlot& s : slots) s.stride.values = {1, 2};
    return slots;
}

/// DE-NAS's master structure (6 super-blocks of strides 1 1 2 2 2 1, which no mutation changes) with the types it
/// mutates to; a second super-block of stride 1 behind each residual one stands for splitting it, as DE-NAS does from 6
/// layers on. Widths are all that one mutation of the master reaches and some more; DE-NAS may drift up to 2048, where
/// hardly any network keeps its budget of 1 M parameters.
std::vector<SuperBlockSlot> denas_slots() {
    struct Stage {
        double stride;
        std::int64_t widest, widest_bottleneck;
    };
    const std::vector<double> residual = types_of({UnitKind::basic, UnitKind::bottleneck});
    std::vector<SuperBlockSlot> slots{slot({type_named("SuperConvK3BNRELU")}, range(8, 32, 8), 1, {0}, {1})};
    for (const Stage& s : {Stage{1, 64, 32}, {2, 96, 48}, {2, 160, 80}, {2, 160, 80}}) {
        const std::vector<double> outs = range(8, s.widest, 8), bottlenecks = range(8, s.widest_bottleneck, 8);
        slots.push_back(slot(residual, outs, s.stride, bottlenecks, range(1, 5)));
        slots.push_back(slot(residual, outs, 1, bottlenecks, range(0, 3)));
    }
    slots.push_back(slot({type_named("SuperConvK1BNRELU")}, range(64, 256, 8), 1, {0}, {1}));
    return slots;
}

bool is_conv(std::int64_t type) { return super_block_types()[static_cast<std::size_t>(type)].kind == UnitKind::conv; }

/// Position of `value` among an attribute's choices.
std::optional<std::int16_t> choice_of(const Attribute& attribute, std::int64_t value) {
    const std::vector<double>& values = attribute.values;
    if (values.size() > 1) {  // most lists have equal steps, so a division finds the place
        const double steps = (static_cast<double>(value) - values[0]) / (values[1] - values[0]);
        const bool inside = steps >= 0 && steps < static_cast<double>(values.size());
        const auto guess = static_cast<std::int16_t>(inside ? steps : 0);
        if (values[static_cast<std::size_t>(guess)] == static_cast<double>(value)) return guess;
    }
    const auto at = std::lower_bound(values.begin(), values.end(), static_cast<double>(value));
    if (at == values.end() || *at != static_cast<double>(value)) return std::nullopt;
    return static_cast<std::int16_t>(at - values.begin());
}

/// Whether `block` may stand at `slot`; then its choices go to `x`, if given.
bool place(const SuperBlockSlot& slot, const SuperBlock& block, Encoding* x = nullptr) {
    const auto type = static_cast<std::int64_t>(block.type);
    const std::array<std::pair<const Attribute*, std::int64_t>, 5> wanted{
        {{&slot.type, type},
         {&slot.out, block.out},
         {&slot.stride, block.stride},
         {&slot.bottleneck, is_conv(type) ? std::llround(slot.bottleneck.values[0]) : block.bottleneck},
         {&slot.layers, block.layers}}};
    for (const auto& [attribute, value] : wanted) {
        const std::optional<std::int16_t> choice = choice_of(*attribute, value);
        if (!choice) return false;
        if (x != nullptr && attribute->slot) (*x)[*attribute->slot] = *choice;
    }
    return true;
}

/// Finds the earliest place for each super-block of a structure.
class Placement {
public:
    Placement(const std::vector<SuperBlockSlot>& slots, const Structure& structure)
        : slots_(slots), structure_(structure), failed_((slots.size() + 1) * (structure.size() + 1)) {}

    /// Places of super-blocks `block`, ... in slots `slot`, ...; places()[i] is that of super-block i.
    bool search(std::size_t block = 0, std::size_t slot = 0) {
        furthest_ = std::max(furthest_, block);
        if (slot == slots_.size()) return block == structure_.size();
        const std::size_t state = slot * (structure_.size() + 1) + block;
        if (failed_[state]) return false;
        if (block < structure_.size() && place(slots_[slot], structure_[block])) {
            places_.push_back(slot);
            if (search(block + 1, slot + 1)) return true;
            places_.pop_back();
        }
        if (slots_[slot].layers.values[0] == 0 && search(block, slot + 1)) return true;
        failed_[state] = true;
        return false;
    }
    const std::vector<std::size_t>& places() const noexcept { return places_; }
    /// The first super-block that no attempt could place.
    std::size_t furthest() const noexcept { return furthest_; }

private:
    const std::vector<SuperBlockSlot>& slots_;
    const Structure& structure_;
    std::vector<bool> failed_;
    std::vector<std::size_t> places_;
    std::size_t furthest_ = 0;
};

/// The same networks with one layer per SuperConv.
Structure with_single_convs(const Structure& structure) {
    Structure result;
    result.reserve(structure.size());
    for (SuperBlock block : structure) {
        const bool conv = is_conv(static_cast<std::int64_t>(block.type));
        const std::int64_t copies = conv ? block.layers : 1;
        if (conv) block.layers = 1;
        for (std::int64_t i = 0; i < copies; ++i) {
            result.push_back(block);
            if (conv) block.stride = 1;
        }
    }
    return result;
}

}  // namespace

void PlainNetOptions::visit(OptionVisitor& v) {
    static constexpr std::array<std::string_view, 2> profiles{"any", "denas"};
    v.choice({"profile", "any: every structure string of up to 16 super-blocks; denas: what DE-NAS searches"}, profile,
             profiles);
    v.integer({"resolution", "height and width of the input unless the task says", 1, 4096}, resolution);
    v.boolean({"se", "squeeze-and-excitation in SuperResIDWE units"}, se);
    v.text({"master", "structure string that samples are made from; empty: DE-NAS's"}, master);
    v.integer({"sample_replacements", "super-blocks of the master that a sample replaces", 1, 16}, sample_replacements);
    v.integer({"mutation_replacements", "super-blocks that a mutation replaces", 1, 16}, mutation_replacements);
}

PlainNetSpace::PlainNetSpace(const PlainNetOptions& options, const TaskShape& task)
    : options_(options), task_(task), slots_(options.profile == "denas" ? denas_slots() : any_slots()) {
    if (task_.resolution == 0) task_.resolution = options_.resolution;
    add_decisions();
    set_master();
}

void PlainNetSpace::set_master() {
    try {
        master_ = options_.master.empty() ? denas_master() : structure_from_text(options_.master, task_.input_channels);
        master_ = structure(encode(master_));
    } catch (const EncodingError& error) {
        throw ConfigError(fmt::format("master: {}", error.what()));
    }
}

void PlainNetSpace::add_decisions() {
    for (std::size_t i = 0; i < slots_.size(); ++i) {
        SuperBlockSlot& s = slots_[i];
        const std::array<std::pair<std::string_view, Attribute*>, 5> attributes{{{"type", &s.type},
                                                                                 {"out", &s.out},
                                                                                 {"stride", &s.stride},
                                                                                 {"bottleneck", &s.bottleneck},
                                                                                 {"layers", &s.layers}}};
        for (const auto& [key, attribute] : attributes) {
            if (attribute->values.size() < 2) continue;
            attribute->searched = true;
            attribute->slot = decisions_.size();
            decisions_.push_back({fmt::format("block{}.{}", i, key), attribute->values, key != "type"});
            is_type_.push_back(key == "type");
        }
    }
}

Structure PlainNetSpace::structure(const Encoding& x) const {
    Structure result;
    result.reserve(slots_.size());
    for (const SuperBlockSlot& s : slots_) {
        const std::int64_t type = std::llround(s.type.at(x)), layers = std::llround(s.layers.at(x));
        if (layers == 0) continue;
        const bool conv = is_conv(type);
        result.push_back({static_cast<std::size_t>(type), std::llround(s.out.at(x)), std::llround(s.stride.at(x)),
                          conv ? 0 : std::llround(s.bottleneck.at(x)), conv ? 1 : layers});
    }
    return result;
}

Encoding PlainNetSpace::encode(const Structure& structure) const {
    const Structure blocks = with_single_convs(structure);
    Placement placement(slots_, blocks);
    if (!placement.search()) {
        const std::size_t first = placement.furthest();
        if (first == blocks.size()) throw EncodingError("space plainnet: expected more super-blocks");
        const std::int64_t in = first == 0 ? task_.input_channels : blocks[first - 1].out;
        throw EncodingError(fmt::format(
            "space plainnet (profile {}): no place for {}, super-block {} with SuperConv layers counted one by one",
            options_.profile, to_text({&blocks[first], 1}, in), first + 1));
    }
    Encoding x(decisions_.size(), 0);
    for (std::size_t i = 0; i < blocks.size(); ++i) place(slots_[placement.places()[i]], blocks[i], &x);
    return x;
}

bool PlainNetSpace::contains(const Structure& structure) const {
    const Structure blocks = with_single_convs(structure);
    return Placement(slots_, blocks).search();
}

std::span<const Quantity> PlainNetSpace::counts() const noexcept {
    static const std::array<Quantity, 3> list{
        Quantity{"num_layers", "count", "layers of all super-blocks, which DE-NAS's budget_num_layers bounds"},
        Quantity{"model_size", "count", "weights as DE-NAS's budget_model_size counts them"},
        Quantity{"flops", "count", "operations as DE-NAS's budget_flops counts them"}};
    return list;
}

std::vector<double> PlainNetSpace::do_count(const Encoding& x) const {
    const PlainNetCounts counts = plainnet_counts(structure(x), task_);
    return {static_cast<double>(counts.layers), static_cast<double>(counts.model_size), counts.flops};
}

Network PlainNetSpace::do_decode(const Encoding& x) const {
    NetworkBuilder builder;
    NodeId at = builder.input("input", {task_.resolution, task_.resolution, task_.input_channels});
    const Structure blocks = structure(x);
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        const std::vector<ResidualUnit> units = super_block_units(blocks[i], options_.se);
        for (std::size_t u = 0; u < units.size(); ++u) {
            builder.push_scope(fmt::format("blocks.{}.units.{}", i, u));
            at = append_unit(builder, at, units[u]);
            builder.pop_scope();
        }
    }
    builder.push_scope("head");
    builder.begin_block(fmt::format("plainnet head out={}", task_.classes));
    at = builder.add("pool", make_global_average_pool(), at);
    at = builder.add("fc", make_linear({.out = task_.classes}), at);
    builder.end_block();
    builder.pop_scope();
    return std::move(builder).finish({at});
}

Encoding PlainNetSpace::do_canonical(const Encoding& x) const { return encode(structure(x)); }

Encoding PlainNetSpace::do_sample(Rng& rng) const {
    const auto fits = [this](const Structure& s) { return contains(s); };
    return encode(with_replacements(master_, options_.sample_replacements, fits, rng));
}

Encoding PlainNetSpace::do_mutate(const Encoding& x, const MutationRates&, Rng& rng) const {
    const auto fits = [this](const Structure& s) { return contains(s); };
    return encode(with_replacements(structure(x), options_.mutation_replacements, fits, rng));
}

Encoding PlainNetSpace::do_crossover(const Encoding& a, const Encoding& b, Rng& rng) const {
    const auto fits = [this](const Structure& s) { return contains(s); };
    const std::optional<Structure> child = spliced(structure(a), structure(b), fits, rng);
    return child ? encode(*child) : rng.below(2) == 1 ? b : a;
}

Encoding PlainNetSpace::do_parse(std::string_view arch) const {
    if (!arch.starts_with("Super")) return SearchSpace::do_parse(arch);
    return encode(structure_from_text(arch, task_.input_channels));
}

std::string PlainNetSpace::do_format(const Encoding& x) const {
    return do_canonical(x) == x ? to_text(structure(x), task_.input_channels) : SearchSpace::do_format(x);
}

std::string PlainNetSpace::do_choice_text(std::size_t slot, std::size_t choice) const {
    const double value = decisions_[slot].values[choice];
    return is_type_[slot] ? super_block_types()[static_cast<std::size_t>(value)].name : format_number(value);
}

}  // namespace hpnas
