#include "hpnas/energy/rapl_model.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "hpnas/core/error.hpp"
#include "hpnas/latency/network_timing.hpp"
#include "hpnas/linalg/statistics.hpp"

namespace hpnas {
namespace {

/// Runs `work` for at least so long. @return how often
std::int64_t run_for(const std::function<void()>& work, double least_ms, const ClockFunction& clock) {
    const double start = clock().count();
    std::int64_t runs = 0;
    do {
        work();
        ++runs;
    } while (clock().count() - start < least_ms);
    return runs;
}

}  // namespace

void RaplOptions::visit(OptionVisitor& v) {
    v.text({"powercap", "folder with the counters intel-rapl:N/energy_uj"}, powercap);
    v.integer({"batch", "samples per forward pass", 1, 65536}, batch);
    v.number({"warmup_ms", "run unmeasured at least this long (ms)", 0, 1e5}, warmup_ms);
    v.number({"sample_ms", "repeat the forward pass inside one sample until it lasts this long (ms)", 1, 1e6},
             sample_ms);
    v.integer({"samples", "samples taken; the median counts", 1, 10000}, samples);
}

double energy_of_work(const std::function<void()>& work, const RaplCounter& counter, const RaplOptions& options,
                      const ClockFunction& clock) {
    run_for(work, options.warmup_ms, clock);
    std::vector<double> samples_mj;
    for (std::int64_t i = 0; i < options.samples; ++i) {
        const RaplCounter::Reading before = counter.read();
        const std::int64_t runs = run_for(work, options.sample_ms, clock);
        samples_mj.push_back(counter.millijoules(before, counter.read()) / static_cast<double>(runs));
    }
    const double energy_mj = median(samples_mj);
    if (energy_mj <= 0)
        throw ConfigError(
            fmt::format("energy: rapl: the counters in {} stood still for {} ms; this machine does not "
                        "tell its energy: give the networks' energy as a table",
                        options.powercap, options.sample_ms));
    return energy_mj;
}

RaplModel::RaplModel(RaplOptions options, EnergyContext context)
    : options_(std::move(options)), context_(std::move(context)), counter_(options_.powercap) {
    if (context_.device == nullptr) throw ConfigError("energy: rapl: needs a device to measure on");
}

std::optional<double> RaplModel::do_energy_mj(const Network& network, const Encoding&) {
    const std::uint64_t hash = network.hash();
    if (const auto known = known_.find(hash); known != known_.end()) return known->second;
    double energy_mj = 0;
    const auto measure = [&] {
        run_deployed(network, *context_.device, options_.batch, [&](const std::function<void()>& forward) {
            energy_mj = energy_of_work(forward, counter_, options_) / static_cast<double>(options_.batch);
        });
    };
    if (context_.alone)
        context_.alone(measure);
    else
        measure();
    return known_.emplace(hash, energy_mj).first->second;
}

}  // namespace hpnas
