#include <gtest/gtest.h>

#include <stop_token>
#include <thread>

#include "energy/fake_powercap.hpp"
#include "eval/tiny.hpp"
#include "hpnas/core/error.hpp"
#include "hpnas/energy/rapl_model.hpp"

namespace hpnas {
namespace {

/// A machine whose clock and counter only move while it works: 2 ms and 500 uJ per run.
class Machine {
public:
    Machine() { powercap_.add("intel-rapl:0", "package-0", 100'000, energy_uj_); }
    double energy_mj(const RaplOptions& options, std::uint64_t per_run_uj = 500) {
        const RaplCounter counter(powercap_.path());
        return energy_of_work(
            [&] {
                ++runs_;
                energy_uj_ = (energy_uj_ + per_run_uj) % 100'000;
                powercap_.set("intel-rapl:0", energy_uj_);
            },
            counter, options, [&] { return Milliseconds(2.0 * static_cast<double>(runs_)); });
    }
    int runs() const { return runs_; }

private:
    test::FakePowercap powercap_;
    std::uint64_t energy_uj_ = 99'000;  // begins again after two runs
    int runs_ = 0;
};

TEST(EnergyOfWork, IsWhatOneRunTakesWhereverTheCounterBegins) {
    Machine machine;
    EXPECT_DOUBLE_EQ(machine.energy_mj({.warmup_ms = 0, .sample_ms = 20, .samples = 5}), 0.5);
}

TEST(EnergyOfWork, RepeatsUntilASampleIsLongEnough) {
    Machine machine;
    machine.energy_mj({.warmup_ms = 6, .sample_ms = 20, .samples = 5});
    EXPECT_EQ(machine.runs(), 3 + 5 * 10);  // 2 ms each
}

TEST(EnergyOfWork, ACounterThatStandsStillIsAnError) {
    Machine machine;
    EXPECT_THROW(machine.energy_mj({.warmup_ms = 0, .sample_ms = 2, .samples = 3}, 0), ConfigError);
}

TEST(RaplModel, MeasuresEqualNetworksOnceAndAlone) {
    test::FakePowercap powercap;
    powercap.add("intel-rapl:0", "package-0", 1'000'000'000, 0);
    const test::WidthSpace space;
    const test::OwnDevice own;
    int alone = 0;
    const auto work_alone = [&](const std::function<void()>& work) {
        ++alone;
        std::jthread current([&](const std::stop_token& stop) {  // a package that takes some energy all the time
            for (std::uint64_t energy_uj = 1000; !stop.stop_requested(); energy_uj += 1000)
                powercap.set("intel-rapl:0", energy_uj);
        });
        work();
    };
    RaplModel model({.powercap = powercap.path(), .warmup_ms = 0, .sample_ms = 20, .samples = 3},
                    {.space = &space, .device = &own.device, .alone = work_alone});
    const auto first = model.energy_mj(space.decode({0}), {0});
    ASSERT_TRUE(first.has_value());
    EXPECT_GT(*first, 0);
    EXPECT_EQ(model.energy_mj(space.decode({0}), {0}), first);
    EXPECT_EQ(alone, 1);
    model.energy_mj(space.decode({1}), {1});
    EXPECT_EQ(alone, 2);
}

TEST(RaplModel, NeedsADevice) {
    test::FakePowercap powercap;
    powercap.add("intel-rapl:0", "package-0", 1'000'000, 0);
    EXPECT_THROW(RaplModel({.powercap = powercap.path()}, {}), ConfigError);
}

}  // namespace
}  // namespace hpnas
