#pragma once
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <unordered_map>
#include <vector>

#include "hpnas/eval/limits.hpp"
#include "hpnas/search/encoding.hpp"
#include "hpnas/space/search_space.hpp"

namespace hpnas {

/// Tells which encodings keep the limits, before anything is spent on them; remembers each, and what it has seen. Not
/// thread-safe. Cost of a new encoding: building the network (about 0.1 ms).
class CandidateFilter {
public:
    /// What came of one bound.
    struct Rejections {
        std::string reason;      ///< "params above 1e+06"
        std::int64_t count = 0;  ///< different encodings
    };
    /// Values of the encodings seen.
    struct Range {
        double lowest = std::numeric_limits<double>::infinity();
        double highest = -std::numeric_limits<double>::infinity();
    };

    /// @param space  must outlive the filter
    /// @param latency_ms  predicted; empty: not known cheaply, its bounds are left to the evaluation
    CandidateFilter(const SearchSpace& space, const CandidateLimits& limits,
                    std::function<double(const Network&)> latency_ms = {});

    /// Whether any bound is set.
    bool active() const noexcept;
    /// Whether x keeps all bounds. An encoding that is no network does not. @pre x is canonical
    bool admits(const Encoding& x);

    /// Up to n different encodings that are admitted, as the space draws them; fewer if the space has no more within
    /// `tries` draws per encoding wanted.
    /// @throws ConfigError with the values seen if there is none at all
    std::vector<Encoding> sample(std::size_t n, std::uint64_t seed, std::size_t tries = 20000);

    std::int64_t seen() const noexcept { return static_cast<std::int64_t>(known_.size()); }
    /// Of the bounds that were broken, most first. An encoding counts for the first bound that it breaks.
    std::vector<Rejections> rejections() const;
    /// One line: "rejected before evaluation: 31 of 95 (params above 1e+06: 30, layers above 18: 1)"; empty if nothing
    /// was.
    std::string summary() const;

private:
    bool judge(const Encoding& x);
    std::string bound_text(std::size_t bound) const;
    std::string ranges() const;

    const SearchSpace& space_;
    std::vector<LimitedQuantity> limits_;
    bool bounds_latency_;
    std::function<double(const Network&)> latency_ms_;
    std::unordered_map<Encoding, bool, EncodingHash> known_;
    std::vector<std::int64_t> broken_;  // low, high per quantity; no network
    std::vector<Range> ranges_;         // per quantity
};

}  // namespace hpnas
