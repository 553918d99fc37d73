#pragma once
#include <optional>
#include <string>

namespace hpnas {

class ScoreProbe;

/// What a score is called and how to read its value.
struct ScoreInfo {
    std::string name;
    int version = 1;  ///< raised whenever a value changes, so that stored scores can be told apart
    bool larger_is_better = true;
    std::string unit = "1";
    bool needs_labels = false;
    std::string doc;  ///< one line: formula and source
};

/// A number computed from an untrained network in seconds that shall rank networks as training would. Stateless after
/// construction; options come from YAML.
class Score {
public:
    virtual ~Score() = default;
    virtual const ScoreInfo& info() const noexcept = 0;
    /// The value; empty where it is not defined or not finite for this network (a cut network, no ReLU, overflow): such
    /// a network ranks last. A pure function of the network, the probe's batch and its seed. The network is untouched.
    std::optional<double> compute(ScoreProbe& probe) const;

private:
    /// NaN or infinite: not defined.
    virtual double do_compute(ScoreProbe& probe) const = 0;
};

}  // namespace hpnas
