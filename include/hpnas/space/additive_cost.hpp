#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "hpnas/space/segmentation.hpp"

namespace hpnas {

/// The cost of every block of a segmentation, in its order. Builds each block once: about 10 us and the cost function
/// per block.
std::vector<double> block_costs(const Segmentation& segmentation,
                                const std::function<double(const Network& block)>& cost);

/// A cost that adds up over a network's blocks (table latency, parameters, MACs), answered for any encoding from
/// per-segment tables without building the network: n layers cost first + (n - 1) * repeat. Equal to the sum over the
/// decoded network's blocks, up to rounding; exactly equal while all sums are integers below 2^53. A regular value of
/// 16 bytes per table entry (2 MB for gpunet with its ten resolutions, 0.2 MB with one); safe to use from several
/// threads.
class AdditiveCost {
public:
    /// @param block_costs  [segmentation.blocks] @throws InternalError if the size is wrong
    AdditiveCost(const Segmentation& segmentation, std::span<const double> block_costs);
    AdditiveCost(const Segmentation& segmentation, const std::function<double(const Network& block)>& cost)
        : AdditiveCost(segmentation, std::span<const double>(block_costs(segmentation, cost))) {}

    /// @param x  a valid encoding of the space (not checked); need not be canonical
    double operator()(std::span<const std::int16_t> x) const noexcept;
    /// @param rows  [costs.size(), slots] valid encodings
    void operator()(std::span<const std::int16_t> rows, std::size_t slots, std::span<double> costs) const noexcept;

private:
    struct Term {
        std::uint32_t slot, configuration_weight, output_weight;
    };
    struct Entry {
        double first, repeat;
    };
    /// Where a segment's tables begin in the common arrays.
    struct Tables {
        std::uint32_t terms_begin, terms_end;
        std::uint32_t layers, layers_slot;
        std::uint32_t entries, n_configurations;
        std::uint32_t next, n_outputs, skip;
        bool has_layers_slot;
    };
    void append(const Segment& segment, std::span<const double> block_costs);

    std::vector<Tables> segments_;
    std::vector<Term> terms_;
    std::vector<double> layers_;
    std::vector<Entry> entries_;
    std::vector<std::uint32_t> states_;
};

}  // namespace hpnas
