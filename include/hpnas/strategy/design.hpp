#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "hpnas/strategy/feasible_region.hpp"
#include "hpnas/strategy/sobol_sequence.hpp"

namespace hpnas {

/// Chooses encodings of a region without looking at results: the first samples of a search, or all of a baseline's.
class Design {
public:
    using Taken = std::function<bool(const Encoding&)>;
    virtual ~Design() = default;
    /// A member of the region that is not taken; nullopt: none is left (or none was found, see the classes), for good.
    virtual std::optional<Encoding> next(FeasibleRegion& region, const Taken& taken) = 0;
};

/// As the space draws (StrategyContext::sample), without repetition; uniform over the pool if there is one, over listed
/// members or else raw encodings if the space has no way of its own. Gives up after `max_misses` draws in a row that
/// are infeasible or taken; a region that can be listed is then followed, after `listed_misses` already, through a
/// shuffle of its members to the last one.
class RandomDesign final : public Design {
public:
    static constexpr std::size_t max_misses = 100'000;
    static constexpr std::size_t listed_misses = 1'000;
    explicit RandomDesign(std::uint64_t seed);
    std::optional<Encoding> next(FeasibleRegion& region, const Taken& taken) override;

private:
    Rng rng_;
    std::optional<std::vector<std::size_t>> order_;  // a shuffle of the members
    std::size_t cursor_ = 0;
};

/// Evenly spread: follows a digitally shifted Sobol sequence, and takes of listed members the one nearest to each point
/// (L1 distance over slots scaled to [0, 1]; a categorical slot counts 0 or 1). Unlisted regions: the point itself,
/// skipping up to `max_misses` points in a row that are infeasible or taken.
class SobolDesign final : public Design {
public:
    static constexpr std::size_t max_misses = 100'000;
    /// @throws ConfigError if there are more slots than Sobol dimensions (3667).
    SobolDesign(std::uint64_t seed, std::size_t slots);
    std::optional<Encoding> next(FeasibleRegion& region, const Taken& taken) override;

private:
    std::optional<Encoding> follow(FeasibleRegion& region, const Taken& taken);
    std::optional<Encoding> nearest(const std::vector<Encoding>& members, FeasibleRegion& region, const Taken& taken);
    void advance(const StrategyContext& context);

    SobolSequence sequence_;
    std::vector<std::uint32_t> point_;
    Encoding choice_;
};

/// @param name  "random" or "sobol" @throws InternalError for another name.
std::unique_ptr<Design> make_design(std::string_view name, const StrategyContext& context);

}  // namespace hpnas
