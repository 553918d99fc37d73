#include "hpnas/space/staged_segmentation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <unordered_map>
#include <utility>

#include "hpnas/core/error.hpp"
#include "hpnas/space/staged_network.hpp"

namespace hpnas {
namespace {

constexpr std::size_t max_entries = std::size_t{1} << 25;

/// What the rest of a network depends on: the value's shape and, per held slot, its choice while a later stage needs
/// it, else -1.
struct State {
    std::int64_t size = 0;
    std::int64_t channels = 0;
    std::vector<std::int16_t> held;
    auto operator<=>(const State&) const = default;
};

/// Gives equal states equal numbers, in order of appearance.
class StateSet {
public:
    std::int32_t add(const State& state) {
        const auto [at, is_new] = index_.try_emplace(state, static_cast<std::int32_t>(states_.size()));
        if (is_new) states_.push_back(state);
        return at->second;
    }
    const std::vector<State>& states() const noexcept { return states_; }

private:
    std::map<State, std::int32_t> index_;
    std::vector<State> states_;
};

/// Gives equal blocks equal numbers.
class BlockSet {
public:
    std::int32_t add(const BlockSpec& spec, const Shape& input) {
        BlockKey key{block_key(spec), input};
        const auto [at, is_new] =
            index_.try_emplace(key.key + to_string(input), static_cast<std::int32_t>(keys_.size()));
        if (is_new) {
            keys_.push_back(std::move(key));
            specs_->emplace_back(spec, input);
        }
        return at->second;
    }
    void move_to(Segmentation& result) {
        result.blocks = std::move(keys_);
        result.network = [specs = specs_](std::size_t i) {
            return block_network((*specs).at(i).first, (*specs)[i].second);
        };
    }

private:
    std::unordered_map<std::string, std::int32_t> index_;
    std::vector<BlockKey> keys_;
    std::shared_ptr<std::vector<std::pair<BlockSpec, Shape>>> specs_ =
        std::make_shared<std::vector<std::pair<BlockSpec, Shape>>>();
};

/// A mixed-radix number over some slots.
struct Radix {
    std::vector<Segment::Term> terms;
    std::vector<std::size_t> sizes;
    std::size_t count = 1;

    void add(const Attribute& attribute) {
        if (!attribute.slot) return;
        for (Segment::Term& term : terms) term.weight *= attribute.values.size();
        terms.push_back({*attribute.slot, 1});
        sizes.push_back(attribute.values.size());
        count *= attribute.values.size();
    }
    /// Puts the choices that make up `number` into x.
    void choose(std::size_t number, Encoding& x) const {
        for (std::size_t i = 0; i < terms.size(); ++i)
            x[terms[i].slot] = static_cast<std::int16_t>(number / terms[i].weight % sizes[i]);
    }
};

/// Walks the stages and collects states, blocks and tables.
class Segmenter {
public:
    Segmenter(const StagedSpec& spec, const TaskShape& task) : spec_(spec), task_(task), x_(spec.decisions.size(), 0) {
        for (const StageSpec& stage : spec.stages)
            if (stage.filters_of && spec.stages[*stage.filters_of].filters.slot)
                held_.push_back(*spec.stages[*stage.filters_of].filters.slot);
        states_.add({0, 0, std::vector<std::int16_t>(held_.size(), -1)});
    }

    Segmentation run() {
        add_resolution();
        for (std::size_t s = 0; s < spec_.stages.size(); ++s) add_stage(s);
        add_head();
        blocks_.move_to(result_);
        return std::move(result_);
    }

private:
    Segment start(std::string name, const Radix& configuration, const Radix& output) {
        Segment segment;
        segment.name = std::move(name);
        segment.configuration = configuration.terms;
        segment.n_configurations = configuration.count;
        segment.output = output.terms;
        segment.n_outputs = output.count;
        segment.n_states = states_.states().size();
        n_entries_ += segment.n_states * segment.n_configurations;
        if (n_entries_ > max_entries)
            throw ConfigError(
                fmt::format("space {}: screening would need tables of more than {} entries (at {}); take away choices "
                            "with 'fix'",
                            spec_.name, max_entries, segment.name));
        segment.first.assign(segment.n_states * segment.n_configurations, -1);
        segment.repeat = segment.first;
        segment.next.assign(segment.n_states * segment.n_outputs, -1);
        segment.skip.assign(segment.n_states, -1);
        return segment;
    }

    void add_resolution() {
        Radix radix;
        radix.add(spec_.resolution);
        Segment segment = start("resolution", radix, radix);
        StateSet after;
        for (std::size_t i = 0; i < radix.count; ++i) {
            radix.choose(i, x_);
            const Shape input = staged_input(spec_, x_, task_);
            segment.next[i] = after.add({input[0], input.channels(), states_.states()[0].held});
        }
        finish(std::move(segment), std::move(after));
    }

    void add_stage(std::size_t s) {
        const StageSpec& stage = spec_.stages[s];
        Radix configuration, output;
        for (const Attribute* attribute :
             {&stage.filters, &stage.kernel, &stage.expansion, &stage.se, &stage.activation})
            configuration.add(*attribute);
        output.add(stage.filters);
        if (spec_.as_built) output.add(stage.kernel);  // without padding the size depends on the kernel
        Segment segment = start("stage" + stage.label, configuration, output);
        segment.layers_slot = stage.layers.slot;
        segment.layers.clear();
        for (const double n : stage.layers.values) segment.layers.push_back(std::llround(n));
        StateSet after;
        for (std::size_t i = 0; i < segment.n_states; ++i) {
            fill_blocks(segment, configuration, s, i);
            fill_next(segment, output, s, i, after);
        }
        finish(std::move(segment), std::move(after));
    }

    void add_head() {
        Segment segment = start("head", {}, {});
        for (std::size_t i = 0; i < segment.n_states; ++i) {
            segment.first[i] = blocks_.add(head_block(spec_, task_.classes), shape(states_.states()[i]));
            segment.next[i] = 0;
        }
        result_.segments.push_back(std::move(segment));
    }

    void fill_blocks(Segment& segment, const Radix& configuration, std::size_t s, std::size_t state) {
        const bool repeats = *std::max_element(segment.layers.begin(), segment.layers.end()) > 1;
        const Shape input = enter(states_.states()[state]);
        for (std::size_t i = 0; i < configuration.count; ++i) {
            configuration.choose(i, x_);
            const BlockSpec first = stage_block(spec_, s, x_, input.channels(), true);
            segment.first[state * configuration.count + i] = blocks_.add(first, input);
            if (!repeats) continue;
            const Shape inner = block_output(first, input);
            const BlockSpec repeat = stage_block(spec_, s, x_, inner.channels(), false);
            segment.repeat[state * configuration.count + i] = blocks_.add(repeat, inner);
        }
    }

    void fill_next(Segment& segment, const Radix& output, std::size_t s, std::size_t state, StateSet& after) {
        const State& before = states_.states()[state];
        const Shape input = enter(before);
        for (std::size_t i = 0; i < output.count; ++i) {
            output.choose(i, x_);
            const Shape shape = block_output(stage_block(spec_, s, x_, input.channels(), true), input);
            segment.next[state * output.count + i] = after.add({shape[0], shape.channels(), held_after(before, s)});
        }
        const bool can_be_empty = std::count(segment.layers.begin(), segment.layers.end(), 0) != 0;
        if (can_be_empty) segment.skip[state] = after.add({before.size, before.channels, held_after(before, s)});
    }

    /// Puts what the state remembers into x_. @return the shape that arrives
    Shape enter(const State& state) {
        for (std::size_t i = 0; i < held_.size(); ++i)
            if (state.held[i] >= 0) x_[held_[i]] = state.held[i];
        return shape(state);
    }

    static Shape shape(const State& state) { return {state.size, state.size, state.channels}; }

    /// What is remembered after stage s: the choices in x_ that a later stage needs.
    std::vector<std::int16_t> held_after(const State& before, std::size_t s) const {
        std::vector<std::int16_t> held = before.held;
        for (std::size_t i = 0; i < held_.size(); ++i) {
            if (spec_.stages[s].filters.slot == held_[i]) held[i] = x_[held_[i]];
            if (!needed_after(held_[i], s)) held[i] = -1;
        }
        return held;
    }

    bool needed_after(std::size_t slot, std::size_t s) const {
        return std::any_of(spec_.stages.begin() + static_cast<std::ptrdiff_t>(s) + 1, spec_.stages.end(),
                           [&](const StageSpec& stage) {
                               return stage.filters_of && spec_.stages[*stage.filters_of].filters.slot == slot;
                           });
    }

    void finish(Segment segment, StateSet after) {
        result_.segments.push_back(std::move(segment));
        states_ = std::move(after);
    }

    const StagedSpec& spec_;
    const TaskShape& task_;
    Encoding x_;
    std::vector<std::size_t> held_;
    StateSet states_;
    BlockSet blocks_;
    Segmentation result_;
    std::size_t n_entries_ = 0;
};

}  // namespace

Segmentation staged_segmentation(const StagedSpec& spec, const TaskShape& task) { return Segmenter(spec, task).run(); }

}  // namespace hpnas
