#pragma once
#include <cstdint>
#include <memory>
#include <span>
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
    /// The same where the network's encoding in the run's space is known: models that are functions of the choices need
    /// it, the others look at the network.
    Milliseconds predict(const Network& network, std::span<const std::int16_t> encoding);

private:
    virtual Milliseconds do_predict(const Network& network) = 0;
    virtual Milliseconds do_predict_encoded(const Network& network, std::span<const std::int16_t>) {
        return do_predict(network);
    }
    Milliseconds checked(Milliseconds time) const;
};

}  // namespace hpnas
