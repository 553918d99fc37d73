#include <gtest/gtest.h>

#include <cmath>

#include "energy/fake_powercap.hpp"
#include "eval/tiny.hpp"
#include "hpnas/core/error.hpp"
#include "hpnas/energy/builtin.hpp"
#include "hpnas/energy/energy_model.hpp"

namespace hpnas {
namespace {

class Given final : public EnergyModel {
public:
    explicit Given(std::optional<double> value) : value_(value) {}
    std::string_view name() const noexcept override { return "given"; }

private:
    std::optional<double> do_energy_mj(const Network&, const Encoding&) override { return value_; }
    std::optional<double> value_;
};

TEST(EnergyModel, EnergiesArePositiveOrUnknown) {
    const test::WidthSpace space;
    const Network network = space.decode({0});
    EXPECT_EQ(Given(2.5).energy_mj(network, {0}), 2.5);
    EXPECT_EQ(Given(std::nullopt).energy_mj(network, {0}), std::nullopt);
    for (const double wrong : {0.0, -1.0, std::nan("")})
        EXPECT_THROW(Given(wrong).energy_mj(network, {0}), DataError) << wrong;
}

class EnergyModelContract : public testing::TestWithParam<std::string> {};

TEST_P(EnergyModelContract, EveryOptionIsDocumented) {
    Diagnostics diagnostics;
    const auto* entry = energy_models().find(GetParam(), {}, diagnostics);
    ASSERT_NE(entry, nullptr);
    EXPECT_FALSE(entry->doc.empty());
    for (const OptionDoc& option : document_options(entry->visit_defaults))
        EXPECT_FALSE(option.doc.empty()) << option.key;
}

TEST_P(EnergyModelContract, SaysSoWhereItCannotTellTheEnergy) {
    const test::WidthSpace space;
    const test::OwnDevice own;
    test::FakePowercap empty;
    const std::string options =
        GetParam() == "rapl" ? ", powercap: " + empty.path() : ", path: " + empty.path() + "/no_such_file.csv";
    Diagnostics diagnostics;
    EXPECT_THROW(energy_models().make(parse_yaml("{name: " + GetParam() + options + "}", "test"), "energy", diagnostics,
                                      EnergyContext{.space = &space, .device = &own.device}),
                 Error);
}

std::vector<std::string> names() {
    std::vector<std::string> result;
    for (const auto& entry : energy_models().entries()) result.push_back(entry.name);
    return result;
}

INSTANTIATE_TEST_SUITE_P(Builtin, EnergyModelContract, testing::ValuesIn(names()),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace hpnas
