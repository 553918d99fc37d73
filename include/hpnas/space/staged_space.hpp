#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "hpnas/space/search_space.hpp"
#include "hpnas/space/staged_spec.hpp"

namespace hpnas {

/// A search space written in YAML as a list of stages; GPUNet's is one (Wang, Wang, Si et al., CVPR 2022).
/// Canonical form: the slots of an empty stage have no effect and are 0; among expansions that round to the same inner
/// widths it is the first.
class StagedSpace final : public SearchSpace {
public:
    /// @param spec  read without diagnostics
    /// @throws ConfigError if the task's resolution does not fit the space
    StagedSpace(StagedSpec spec, const TaskShape& task);

    std::string_view name() const noexcept override { return spec_.name; }
    std::span<const Decision> decisions() const noexcept override { return spec_.decisions; }
    std::optional<Segmentation> segmentation() const override;
    const StagedSpec& spec() const noexcept { return spec_; }
    const TaskShape& task() const noexcept { return task_; }

    /// Number of different configurations of every stage that has slots (its slots' product, an empty stage counted
    /// once), the resolution first: their product is the number of canonical encodings (unless
    /// expansions round to the same inner widths, which makes it fewer).
    std::vector<std::uint64_t> distinct_per_stage() const;

private:
    Network do_decode(const Encoding& x) const override;
    Encoding do_canonical(const Encoding& x) const override;
    std::string do_choice_text(std::size_t slot, std::size_t choice) const override;
    std::int16_t first_equal_expansion(std::size_t stage, const Encoding& x, std::int64_t first,
                                       std::int64_t further) const;

    StagedSpec spec_;
    TaskShape task_;
    std::vector<bool> is_activation_;  ///< [slots]
};

/// The product of distinct_per_stage, exactly, as decimal digits.
std::string distinct_size_text(const StagedSpace& space);

}  // namespace hpnas
