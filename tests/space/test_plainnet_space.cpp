#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "hpnas/core/error.hpp"
#include "hpnas/space/plainnet_space.hpp"
#include "space/make_space.hpp"

namespace hpnas::test {
namespace {

/// A line of tests/space/data/zennets.txt.
struct ZenNet {
    std::string name, structure;
    std::int64_t resolution = 0, classes = 0, se = 0, parameters = 0, macs = 0;
};

std::vector<ZenNet> zennets() {
    std::ifstream file(HPNAS_SOURCE_DIR "/tests/space/data/zennets.txt");
    std::vector<ZenNet> networks;
    for (std::string line; std::getline(file, line);) {
        std::istringstream text(line);
        ZenNet n;
        if (!line.starts_with("#") &&
            text >> n.name >> n.resolution >> n.classes >> n.se >> n.parameters >> n.macs >> n.structure)
            networks.push_back(n);
    }
    return networks;
}

const std::string master =
    "SuperConvK3BNRELU(3,8,1,1)SuperResK3K3(8,16,1,8,1)SuperResK3K3(16,32,2,16,1)SuperResK3K3(32,64,2,32,1)"
    "SuperResK3K3(64,64,2,32,1)SuperConvK1BNRELU(64,128,1,1)";

std::string parse_error(const SearchSpace& space, const std::string& arch) {
    try {
        space.parse(arch);
    } catch (const EncodingError& error) {
        return error.what();
    }
    return {};
}

// Golden values: the twelve published structures, counted independently.
TEST(PlainNetSpace, PublishedStructuresHaveTheirCounts) {
    const auto networks = zennets();
    ASSERT_EQ(networks.size(), 18U);  // 3 for CIFAR with 10 and with 100 classes, 9 for ImageNet, 3 with and without SE
    for (const ZenNet& n : networks) {
        SCOPED_TRACE(n.name);
        const auto space = make_space(n.se != 0 ? "{name: plainnet, se: true}" : "plainnet",
                                      {.classes = n.classes, .input_channels = 3, .resolution = n.resolution});
        const Encoding x = space->parse(n.structure);
        const Cost cost = space->decode(x).cost();
        EXPECT_EQ(cost.parameters, n.parameters);
        EXPECT_EQ(cost.macs, n.macs);
        EXPECT_EQ(space->format(x), n.structure);
        EXPECT_EQ(space->canonical(x), x);
    }
}

// Golden values: parameters that DE-NAS logged for these structures.
TEST(PlainNetSpace, LoggedStructuresOfDeNasHaveTheirCounts) {
    const std::vector<std::pair<std::string, std::int64_t>> logged{
        {master, 102'572},
        {"SuperConvK3BNRELU(3,8,1,1)SuperResK3K3(8,16,1,8,1)SuperResK3K3(16,32,2,16,1)SuperResK3K3(32,64,2,32,1)"
         "SuperResK5K5(64,64,2,48,2)SuperConvK1BNRELU(64,128,1,1)",
         373'164},
        {"SuperConvK3BNRELU(3,8,1,1)SuperResK3K3(8,16,1,8,1)SuperResK1K3K1(16,40,2,16,1)SuperResK5K5(40,96,2,40,2)"
         "SuperResK3K3(96,64,2,32,1)SuperConvK1BNRELU(64,128,1,1)",
         416'644}};
    for (const char* yaml : {"plainnet", "{name: plainnet, profile: denas}"}) {
        const auto space = make_space(yaml, {.classes = 100});
        for (const auto& [structure, parameters] : logged) {
            EXPECT_EQ(space->decode(space->parse(structure)).cost().parameters, parameters);
            EXPECT_EQ(space->format(space->parse(structure)), structure);
        }
    }
}

TEST(PlainNetSpace, StructuresOutsideTheProfileAreExplained) {
    const auto space = make_space("{name: plainnet, profile: denas}");
    EXPECT_EQ(parse_error(*space, "SuperConvK3BNRELU(3,8,1,1)SuperResK3K3(8,16,2,8,1)"),
              "space plainnet (profile denas): no place for SuperResK3K3(8,16,2,8,1), super-block 2 with SuperConv "
              "layers counted one by one");
    EXPECT_EQ(parse_error(*space, "SuperConvK3BNRELU(3,8,1,1)"), "space plainnet: expected more super-blocks");
    EXPECT_EQ(parse_error(*make_space("plainnet"), "SuperConvK3BNRELU(3,20,1,1)"),
              "space plainnet (profile any): no place for SuperConvK3BNRELU(3,20,1,1), super-block 1 with SuperConv "
              "layers counted one by one");
    EXPECT_NE(parse_error(*make_space("plainnet"), "SuperConvK3BNRELU(1,16,1,1)"), "");
}

TEST(PlainNetSpace, EmptyPlacesMoveToTheEnd) {
    const auto space = make_space("plainnet");
    const auto& plainnet = dynamic_cast<const PlainNetSpace&>(*space);
    const Encoding packed = space->parse(master);
    Encoding x(packed.size(), 0);  // every super-block one place later, but for the first
    const std::size_t per_place = 5, n_blocks = 6;
    for (std::size_t i = 0; i < per_place; ++i) x[i] = packed[i];
    for (std::size_t i = per_place; i < n_blocks * per_place; ++i) x[i + per_place] = packed[i];
    x[per_place] = 3;  // the type of the empty place
    EXPECT_NE(x, packed);
    EXPECT_EQ(plainnet.structure(x), plainnet.structure(packed));
    EXPECT_EQ(space->canonical(x), packed);
    EXPECT_EQ(space->format(x).substr(0, 2), "1,");  // not canonical: structure strings cannot tell it
    EXPECT_EQ(space->parse(space->format(x)), x);
}

TEST(PlainNetSpace, LayersOfSuperConvAreSuperBlocksOfTheirOwn) {
    const auto space = make_space("plainnet");
    const Encoding x = space->parse("SuperConvK5BNRELU(3,16,2,3)SuperResK3K3(16,8,1,8,1)");
    EXPECT_EQ(space->format(x),
              "SuperConvK5BNRELU(3,16,2,1)SuperConvK5BNRELU(16,16,1,1)SuperConvK5BNRELU(16,16,1,1)"
              "SuperResK3K3(16,8,1,8,1)");
    EXPECT_EQ(space->decode(x).blocks().size(), 3U + 1 + 1);
}

TEST(PlainNetSpace, TheTaskAndOptionsShapeTheInput) {
    const auto space = make_space("plainnet", {.classes = 7, .input_channels = 1, .resolution = 48});
    const Network network = space->decode(space->parse("SuperConvK1BNRELU(1,8,2,1)"));
    EXPECT_EQ(network.node(network.inputs()[0]).shape, (Shape{48, 48, 1}));
    EXPECT_EQ(network.cost().parameters, 8 + 16 + 8 * 7 + 7);
    EXPECT_EQ(network.cost().macs, 24 * 24 * 8 + 8 * 7);
}

TEST(PlainNetSpace, SamplesAreTheMasterButForOneSuperBlock) {
    const auto space = make_space("{name: plainnet, profile: denas}");
    const auto& plainnet = dynamic_cast<const PlainNetSpace&>(*space);
    Rng rng(1, Purpose::test);
    for (int i = 0; i < 100; ++i) {
        const Structure sample = plainnet.structure(space->sample(rng));
        ASSERT_EQ(sample.size(), denas_master().size());
        int n_changed = 0;
        for (std::size_t b = 0; b < sample.size(); ++b) n_changed += sample[b] == denas_master()[b] ? 0 : 1;
        EXPECT_LE(n_changed, 1);
    }
}

TEST(PlainNetSpace, VariationKeepsTheStrideOfTheOutput) {
    const auto space = make_space("{name: plainnet, mutation_replacements: 4}", {.classes = 10, .resolution = 32});
    Rng rng(2, Purpose::test);
    Encoding x = space->sample(rng);
    for (int i = 0; i < 100; ++i) {  // a lineage: super-blocks split until all places are taken
        x = space->crossover(space->mutate(x, {}, rng), space->sample(rng), rng);
        const Network network = space->decode(x);
        EXPECT_EQ(network.input_shape(network.blocks().back())[0], 4) << space->format(x);
    }
}

TEST(PlainNetSpace, TheMasterIsAnOption) {
    const std::string own = "SuperConvK3BNRELU(3,16,2,1)SuperResIDWE2K7(16,24,2,24,1)";
    const auto space = make_space("{name: plainnet, sample_replacements: 2, master: '" + own + "'}");
    Rng rng(3, Purpose::test);
    for (int i = 0; i < 20; ++i) EXPECT_EQ(space->format(space->sample(rng)).find("SuperConvK3BNRELU(3,"), 0U);
    EXPECT_THROW(make_space("{name: plainnet, profile: denas, master: '" + own + "'}"), ConfigError);
    EXPECT_THROW(make_space("{name: plainnet, master: nonsense}"), ConfigError);
}

TEST(PlainNetSpace, UnknownProfilesAreReported) {
    EXPECT_THROW(make_space("{name: plainnet, profile: zen}"), ConfigError);
}

}  // namespace
}  // namespace hpnas::test
