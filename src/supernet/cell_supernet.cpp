#include "hpnas/supernet/cell_supernet.hpp"

#include <fmt/format.h>

#include "hpnas/op/activate.hpp"
#include "hpnas/op/concat.hpp"
#include "hpnas/op/weighted_sum.hpp"
#include "hpnas/space/darts_cell.hpp"
#include "hpnas/supernet/transplant.hpp"

namespace hpnas {
namespace {

constexpr std::size_t groups_per_slot = 2, groups_per_node = groups_per_slot * n_darts_slots;

class CellsBuilder {
public:
    explicit CellsBuilder(const SearchSpace& space)
        : decisions_(space.decisions()),
          decoded_(space.decode(Encoding(decisions_.size(), 0))),
          outside_(decoded_, builder_) {
        supernet_.groups = ChoiceGroups(decisions_);
        n_operations_ = supernet_.groups.size(1);
    }

    Supernet build() && {
        const NodeId image = decoded_.inputs()[0];
        outside_.replace(image, builder_.input(decoded_.node(image).name, decoded_.node(image).shape));
        for (std::size_t node = 0; node < 2 * n_darts_nodes; ++node) add_mixture(node);
        outside_.copy_all("stem.");
        NodeId before = read_by("cells.0.preprocess0.relu"), previous = read_by("cells.0.preprocess1.relu");
        const NodeId head = node_named(decoded_, "head.pool");
        const NodeId last = decoded_.node(head).inputs[0];
        for (std::size_t i = 0, end = n_cells(decoded_.node(last).name); i < end; ++i) {
            const NodeId output = cell(i, before, previous);
            before = previous;
            previous = output;
        }
        outside_.replace(last, previous);
        supernet_.network = std::move(builder_).finish({outside_.copy_all("head.")});
        return std::move(supernet_);
    }

private:
    /// Of "cells.7.concat": 8.
    static std::size_t n_cells(const std::string& last) { return std::stoul(last.substr(last.find('.') + 1)) + 1; }
    NodeId read_by(const std::string& name) const {
        return outside_.at(decoded_.node(node_named(decoded_, name)).inputs[0]);
    }

    /// @param node  those of normal cells, then those of reduction cells
    void add_mixture(std::size_t node) {
        const std::size_t first = node * groups_per_node, options = supernet_.groups.size(first) * n_operations_;
        const std::string name = decisions_[first].name.substr(0, decisions_[first].name.find(".slot"));
        weights_.push_back(builder_.input("weights." + name, {static_cast<std::int64_t>(options)}));
        Mixture mixture{node + 1, {{first, first + 1}, {first + 2, first + 3}}, {}};
        mixture.branches.resize(options);
        supernet_.mixtures.push_back(std::move(mixture));
        supernet_.duplicates.push_back({first, first + 1, first + 2, first + 3});
    }

    NodeId cell(std::size_t index, NodeId before, NodeId previous) {
        const std::string name = fmt::format("cells.{}", index);
        const Shape& output = decoded_.node(node_named(decoded_, name + ".concat")).shape;
        const bool reduction = output[0] < builder_.shape(previous)[0];
        const std::int64_t channels = output.channels() / static_cast<std::int64_t>(n_darts_nodes);
        const bool larger = builder_.shape(before)[0] > builder_.shape(previous)[0];
        builder_.push_scope(name);
        std::vector<NodeId> values{
            append_darts_preprocessing(builder_, "preprocess0", before, channels, larger, style_),
            append_darts_preprocessing(builder_, "preprocess1", previous, channels, false, style_)};
        std::vector<NodeId> rectified;  // relu of each value, for all operations that begin with it
        for (std::size_t i = 0; i < n_darts_nodes; ++i) {
            const std::size_t node = (reduction ? n_darts_nodes : 0) + i;
            add_places(fmt::format("{}.nodes.{}.", name, i), node);
            while (rectified.size() < values.size()) {
                const std::string relu = fmt::format("relu{}", rectified.size());
                rectified.push_back(builder_.add(relu, make_relu(), values[rectified.size()]));
            }
            builder_.push_scope(fmt::format("nodes.{}", i));
            values.push_back(mix(node, values, rectified, reduction));
            builder_.pop_scope();
        }
        const NodeId result =
            builder_.add("concat", make_concat(), std::vector<NodeId>(values.begin() + 2, values.end()));
        builder_.pop_scope();
        return result;
    }

    NodeId mix(std::size_t node, const std::vector<NodeId>& values, const std::vector<NodeId>& rectified,
               bool reduction) {
        Mixture& mixture = supernet_.mixtures[node];
        std::vector<NodeId> ends;
        NodeId last = rectified.back();  // of the nodes so far
        for (std::size_t input = 0; input < values.size(); ++input)
            for (std::size_t op = 0; op < n_operations_; ++op) {
                const NodeId end = append_darts_operation(builder_, fmt::format("inputs.{}.ops.{}", input, op),
                                                          values[input], static_cast<DartsOperation>(op),
                                                          reduction && input < 2 ? 2 : 1, style_, rectified[input]);
                while (last < end) mixture.branches[ends.size()].push_back(++last);
                ends.push_back(end);
            }
        ends.push_back(weights_[node]);
        return builder_.add("mixture", make_weighted_sum(), std::move(ends));
    }

    void add_places(const std::string& shared, std::size_t node) {
        for (std::size_t slot = 0; slot < n_darts_slots; ++slot) {
            const std::size_t group = node * groups_per_node + slot * groups_per_slot;
            supernet_.places.push_back({fmt::format("{}slots.{}.", shared, slot), shared, {group, group + 1}});
        }
    }

    const DartsStyle style_{.affine = false};
    std::span<const Decision> decisions_;
    Network decoded_;  // for what stands around the cells, and their sizes
    NetworkBuilder builder_;
    Transplant outside_;
    std::size_t n_operations_ = 0;
    std::vector<NodeId> weights_;
    Supernet supernet_;
};

}  // namespace

Supernet cell_supernet(const SearchSpace& space) { return CellsBuilder(space).build(); }

}  // namespace hpnas
