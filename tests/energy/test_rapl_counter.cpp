#include <gtest/gtest.h>

#include "energy/fake_powercap.hpp"
#include "hpnas/core/error.hpp"
#include "hpnas/energy/rapl_counter.hpp"

namespace hpnas {
namespace {

std::string message_of(const std::string& root) {
    try {
        const RaplCounter counter(root);
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "";
}

TEST(RaplCounter, AddsUpPackagesAndNothingElse) {
    test::FakePowercap powercap;
    powercap.add("intel-rapl:0", "package-0", 1'000'000, 100);
    powercap.add("intel-rapl:0:0", "core", 1'000'000, 100);  // a part of package 0
    powercap.add("intel-rapl:1", "package-1", 1'000'000, 200);
    powercap.add("intel-rapl:2", "psys", 1'000'000, 300);            // the whole machine: packages are part of it
    powercap.add("intel-rapl-mmio:0", "package-0", 1'000'000, 100);  // package 0 once more
    const RaplCounter counter(powercap.path());
    EXPECT_EQ(counter.n_packages(), 2U);
    const RaplCounter::Reading before = counter.read();
    EXPECT_EQ(before, (RaplCounter::Reading{100, 200}));
    for (const char* zone : {"intel-rapl:0", "intel-rapl:0:0", "intel-rapl:1", "intel-rapl:2"})
        powercap.set(zone, 5200);
    EXPECT_DOUBLE_EQ(counter.millijoules(before, counter.read()), 5.1 + 5.0);
}

TEST(RaplCounter, ACounterThatBeganAgainIsContinued) {
    test::FakePowercap powercap;
    powercap.add("intel-rapl:0", "package-0", 262'143'328'850, 262'143'328'000);  // a range of Intel's
    powercap.add("intel-rapl:1", "package-1", 1000, 0);
    const RaplCounter counter(powercap.path());
    const RaplCounter::Reading before = counter.read();
    powercap.set("intel-rapl:0", 2150);
    EXPECT_DOUBLE_EQ(counter.millijoules(before, counter.read()), 3.0);  // 850 uJ to the end, 2150 behind it
}

TEST(RaplCounter, SaysWhatIsMissingAndTheWayOut) {
    EXPECT_NE(message_of("/no/such/folder").find("processor packages in /no/such/folder, found none"),
              std::string::npos);
    EXPECT_NE(message_of("/no/such/folder").find("energy: {name: table"), std::string::npos);
    test::FakePowercap powercap;
    powercap.add("intel-rapl:0", "package-0", 1000, 0);
    powercap.remove("intel-rapl:0", "energy_uj");  // as for a user who may not read it
    EXPECT_NE(message_of(powercap.path()).find("intel-rapl:0/energy_uj cannot be read"), std::string::npos);
    powercap.add("intel-rapl:0", "package-0", 1000, 0);
    EXPECT_EQ(message_of(powercap.path()), "");
}

}  // namespace
}  // namespace hpnas
