#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "hpnas/core/units.hpp"
#include "hpnas/graph/network.hpp"

namespace hpnas {

/// Predicts or measures how long one forward pass of a deployed network takes on the target device.
class LatencyModel {
public:
    virtual ~LatencyModel() = default;
    virtual std::string_view name() const noexcept = 0;
    /// Time of one forward pass, > 0. @throws StoreError naming the missing key where a table refuses to measure.
    Milliseconds predict(const Network& network);

private:
    virtual Milliseconds do_predict(const Network& network) = 0;
};

}  // namespace hpnas
