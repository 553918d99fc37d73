#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "hpnas/config/options.hpp"
#include "hpnas/space/nasbench201_cell.hpp"
#include "hpnas/space/search_space.hpp"

namespace hpnas {

/// The benchmark's macro skeleton by default; smaller ones are what cheap scores look at.
struct NasBench201Options {
    std::int64_t channels = 16;    ///< of the stem; doubled by each of the two reductions
    std::int64_t cells = 5;        ///< per stage
    std::int64_t resolution = 32;  ///< if the task has none of its own
    void visit(OptionVisitor& v);
};

/// NAS-Bench-201: one cell of 15,625, repeated in three stages with residual reduction blocks between them, as the
/// tables of trained networks have it. Decisions "edge_0_1", "edge_0_2", "edge_1_2", "edge_0_3", "edge_1_3",
/// "edge_2_3": an operation each. Notation: the benchmark's strings. Canonical form: the first encoding of equal
/// cell_steps. A mutation gives one random edge another operation, whatever the rates, and is drawn again while the
/// network stays the same. Source: Dong, Yang, ICLR 2020.
class NasBench201Space final : public SearchSpace {
public:
    /// @throws ConfigError unless the resolution is a multiple of 4
    NasBench201Space(const NasBench201Options& options, const TaskShape& task);

    std::string_view name() const noexcept override { return "nasbench201"; }
    std::span<const Decision> decisions() const noexcept override { return decisions_; }
    /// Number of canonical encodings.
    std::size_t n_distinct() const;

private:
    Network do_decode(const Encoding& x) const override;
    Encoding do_canonical(const Encoding& x) const override;
    Encoding do_mutate(const Encoding& x, const MutationRates& rates, Rng& rng) const override;
    Encoding do_parse(std::string_view arch) const override;
    std::string do_format(const Encoding& x) const override;
    std::string do_choice_text(std::size_t slot, std::size_t choice) const override;

    NasBench201Options options_;
    TaskShape task_;
    std::vector<Decision> decisions_;
    std::vector<std::int16_t> representative_;  // [5^6] number of the canonical encoding
};

}  // namespace hpnas
