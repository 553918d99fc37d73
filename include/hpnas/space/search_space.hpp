#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hpnas/graph/network.hpp"
#include "hpnas/search/candidate.hpp"

namespace hpnas {

/// What every candidate network of a run gets from the task at hand.
struct TaskShape {
    std::int64_t classes = 1000;
    std::int64_t input_channels = 3;
    std::int64_t resolution = 0;  ///< 0: the space's own (fixed or searched) resolution
};

/// A finite set of networks, addressed by encodings.
class SearchSpace {
public:
    virtual ~SearchSpace() = default;
    virtual std::string_view name() const noexcept = 0;
    virtual std::span<const Decision> decisions() const noexcept = 0;

    /// The network that `x` denotes. Pure. @throws EncodingError if a choice is out of range.
    Network decode(const Encoding& x) const;
    /// One representative of all encodings that decode to the same network; idempotent.
    Encoding canonical(const Encoding& x) const;
    /// The space's own notation, e.g. 41 comma-separated choice indices. @throws EncodingError naming slot, expected and got.
    Encoding parse(std::string_view arch) const;
    std::string format(const Encoding& x) const;

    /// The network cut into consecutive segments, each a chain of blocks: the latency of a network is the sum over its segments, and a
    /// segment's depends on few decisions only. This lets screening add up a candidate's latency from tables without building
    /// it. Empty if the space cannot be cut.
    virtual std::vector<struct Segment> segments() const { return {}; }

private:
    void check(const Encoding& x) const;
    virtual Network do_decode(const Encoding& x) const = 0;
    virtual Encoding do_canonical(const Encoding& x) const { return x; }
    virtual Encoding do_parse(std::string_view arch) const;
    virtual std::string do_format(const Encoding& x) const;
};

}  // namespace hpnas
