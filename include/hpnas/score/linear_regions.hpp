#pragma once
#include <cstdint>

#include "hpnas/config/options.hpp"
#include "hpnas/graph/network.hpp"
#include "hpnas/score/score.hpp"

namespace hpnas {

struct LinearRegionsOptions {
    std::int64_t samples = 1000;  ///< largest possible value
    std::int64_t resolution = 4;  ///< of the images; 0: the network's own
    bool segment = false;         ///< samples on a line between two normal points instead of independent normal ones
    void visit(OptionVisitor& v);
};

/// Number of linear regions that random samples fall into: different patterns of all ReLUs, 1 to `samples`, in
/// training mode at initialisation. Independent samples fall into regions of their own unless the network is tiny, so
/// give it the space's smallest width and depth, as TE-NAS does (one channel, one cell per stage), or count along a
/// line. Not defined without ReLUs, for token inputs or if the network cannot be built at the resolution.
/// TE-NAS's images have 3 x 3 pixels, which the reductions of NAS-Bench-201 as its tables have it do not take.
/// Source: Chen, Gong, Wang, TE-NAS, ICLR 2021; along lines Hanin, Rolnick, ICML 2019.
class LinearRegions final : public Score {
public:
    explicit LinearRegions(LinearRegionsOptions options) : options_(options) {}
    const ScoreInfo& info() const noexcept override;

private:
    double do_compute(ScoreProbe& probe) const override;

    LinearRegionsOptions options_;
};

/// The same operators on square images of another size. @throws ShapeError if an operator does not take them
Network at_resolution(const Network& network, std::int64_t resolution);

}  // namespace hpnas
