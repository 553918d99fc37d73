#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>

#include "hpnas/config/options.hpp"
#include "hpnas/energy/energy_model.hpp"
#include "hpnas/energy/rapl_counter.hpp"
#include "hpnas/latency/stopwatch.hpp"

namespace hpnas {

struct RaplOptions {
    std::string powercap = RaplCounter::system_root;
    std::int64_t batch = 1;
    double warmup_ms = 50;
    double sample_ms = 300;  ///< some hundred steps of the counter: it is read to half a per cent
    std::int64_t samples = 3;
    void visit(OptionVisitor& v);
};

/// Energy of one run of `work` in mJ, the median of samples that repeat it until they last options.sample_ms.
/// @throws ConfigError if the counter stands still
double energy_of_work(const std::function<void()>& work, const RaplCounter& counter, const RaplOptions& options,
                      const ClockFunction& clock = steady_clock());

/// Runs the network as deployed and reads the processor packages' counters. Equal networks are measured once.
class RaplModel final : public EnergyModel {
public:
    /// @throws ConfigError if the counters cannot be read, or the context has no device
    RaplModel(RaplOptions options, EnergyContext context);
    std::string_view name() const noexcept override { return "rapl"; }

private:
    std::optional<double> do_energy_mj(const Network& network, const Encoding& x) override;
    RaplOptions options_;
    EnergyContext context_;
    RaplCounter counter_;
    std::unordered_map<std::uint64_t, double> known_;  // by the network's hash
};

}  // namespace hpnas
