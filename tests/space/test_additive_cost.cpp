#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "hpnas/search/encoding.hpp"
#include "hpnas/space/additive_cost.hpp"
#include "space/make_space.hpp"

namespace hpnas::test {
namespace {

double macs_of(const Network& block) { return static_cast<double>(block.cost().macs); }
double parameters_of(const Network& block) { return static_cast<double>(block.cost().parameters); }

// Integers below 2^53: the table sums must be equal to the decoded network's counts, without tolerance.
TEST(AdditiveCost, EqualsTheDecodedNetworksCounts) {
    for (const char* name : {"{name: gpunet, fix: {resolution: [224, 384]}}", "gpunet_cifar", "smoke",
                             "{name: gpunet, padding: as_built, fix: {resolution: 288}}"}) {
        SCOPED_TRACE(name);
        const auto space = make_space(name, {.classes = 10});
        const Segmentation segmentation = *space->segmentation();
        const AdditiveCost macs(segmentation, macs_of), parameters(segmentation, parameters_of);
        Rng rng(2, Purpose::test);
        for (int i = 0; i < 50; ++i) {
            const Encoding x = random_encoding(space->decisions(), rng);
            const Cost cost = space->decode(x).cost();
            EXPECT_EQ(macs(x), static_cast<double>(cost.macs)) << to_text(x);
            EXPECT_EQ(parameters(x), static_cast<double>(cost.parameters)) << to_text(x);
        }
    }
}

TEST(AdditiveCost, AsksOncePerBlock) {
    const Segmentation segmentation = *make_space("smoke")->segmentation();
    std::size_t calls = 0;
    const AdditiveCost cost(segmentation, [&](const Network&) { return static_cast<double>(++calls); });
    EXPECT_EQ(calls, segmentation.blocks.size());
}

TEST(AdditiveCost, OneCostPerBlockIsNeeded) {
    const Segmentation segmentation = *make_space("smoke")->segmentation();
    const std::vector<double> costs(segmentation.blocks.size() - 1);
    EXPECT_THROW(AdditiveCost(segmentation, std::span<const double>(costs)), InternalError);
}

TEST(AdditiveCost, BatchGivesTheSameNumbers) {
    const auto space = make_space("smoke");
    const AdditiveCost macs(*space->segmentation(), macs_of);
    std::vector<std::int16_t> rows;
    const std::vector<Encoding> all = all_encodings(space->decisions(), 10'000);
    for (const Encoding& x : all) rows.insert(rows.end(), x.begin(), x.end());
    std::vector<double> costs(all.size());
    macs(rows, space->decisions().size(), costs);
    for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(costs[i], macs(all[i]));
}

TEST(AdditiveCost, SpaceWithoutSlotsHasOneCost) {
    const StagedSpace space = staged_space(
        "name: one\nresolution: 8\nstages:\n"
        "  - {block: conv, filters: 4, kernel: 3, activation: relu, layers: 2}\n");
    const AdditiveCost macs(*space.segmentation(), macs_of);
    EXPECT_EQ(macs(Encoding{}), static_cast<double>(space.decode({}).cost().macs));
}

}  // namespace
}  // namespace hpnas::test
