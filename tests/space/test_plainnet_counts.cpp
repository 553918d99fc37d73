#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

#include "hpnas/space/plainnet_space.hpp"
#include "space/make_space.hpp"

namespace hpnas::test {
namespace {

PlainNetCounts counts(const std::string& structure, const TaskShape& task) {
    return plainnet_counts(structure_from_text(structure, task.input_channels), task);
}

// Golden values: the published formulas, evaluated independently for DE-NAS's master and two structures of its log.
TEST(PlainNetCounts, StructuresOfDeNasHaveItsNumbers) {
    const std::string stem = "SuperConvK3BNRELU(3,8,1,1)SuperResK3K3(8,16,1,8,1)",
                      end = "SuperConvK1BNRELU(64,128,1,1)",
                      middle = "SuperResK3K3(16,32,2,16,1)SuperResK3K3(32,64,2,32,1)";
    struct Golden {
        std::string structure;
        std::int64_t layers, model_size;
        double flops;
    };
    for (const Golden& golden : {Golden{stem + middle + "SuperResK3K3(64,64,2,32,1)" + end, 6, 101'721, 6'550'784},
                                 Golden{stem + middle + "SuperResK5K5(64,64,2,48,2)" + end, 7, 372'185, 10'878'208},
                                 Golden{stem +
                                            "SuperResK1K3K1(16,40,2,16,1)SuperResK5K5(40,96,2,40,2)"
                                            "SuperResK3K3(96,64,2,32,1)" +
                                            end,
                                        7, 415'441, 26'178'816}}) {
        const PlainNetCounts result = counts(golden.structure, {.classes = 100, .resolution = 32});
        EXPECT_EQ(result.layers, golden.layers);
        EXPECT_EQ(result.model_size, golden.model_size);
        EXPECT_EQ(result.flops, golden.flops);
    }
}

/// Structures of tests/space/data/zennets.txt by "name classes".
std::map<std::string, std::string> published_structures() {
    std::ifstream file(HPNAS_SOURCE_DIR "/tests/space/data/zennets.txt");
    std::map<std::string, std::string> structures;
    for (std::string line; std::getline(file, line);) {
        std::istringstream text(line);
        std::string name, resolution, classes, se, parameters, macs, structure;
        if (!line.starts_with("#") && text >> name >> resolution >> classes >> se >> parameters >> macs >> structure)
            structures[name + " " + classes] = structure;
    }
    return structures;
}

// Golden values: the counts of Zen-NAS, which DE-NAS took over, for the twelve published structures.
TEST(PlainNetCounts, PublishedStructuresHaveTheCountsOfZenNas) {
    const auto structures = published_structures();
    std::ifstream file(HPNAS_SOURCE_DIR "/tests/space/data/zennets_counts.txt");
    int n = 0;
    for (std::string line; std::getline(file, line);) {
        std::istringstream text(line);
        std::string name;
        std::int64_t classes = 0, layers = 0, model_size = 0, flops = 0;
        if (line.starts_with("#") || !(text >> name >> classes >> layers >> model_size >> flops)) continue;
        const std::int64_t resolution = name.ends_with("res32") ? 32 : 224;
        const PlainNetCounts result =
            counts(structures.at(name + " " + std::to_string(classes)), {.classes = classes, .resolution = resolution});
        EXPECT_EQ(result.layers, layers) << name;
        EXPECT_EQ(result.model_size, model_size) << name;
        EXPECT_EQ(result.flops, static_cast<double>(flops)) << name;
        ++n;
    }
    EXPECT_EQ(n, 15);  // three of them with 10 and with 100 classes
}

// By hand: two inverted units of 8 inner channels at 4 x 4; 5 x 5 depthwise; no projection but the first unit's.
TEST(PlainNetCounts, DepthwiseConvolutionsCountOneInput) {
    const PlainNetCounts result =
        counts("SuperResIDWE1K5(8,8,1,8,1)", {.classes = 10, .input_channels = 8, .resolution = 4});
    const std::int64_t unit = (8 * 8 + 8) + (8 * 25 + 8) + (8 * 8 + 8);
    EXPECT_EQ(result.layers, 1);
    EXPECT_EQ(result.model_size, 2 * unit + (8 * 8 + 8) + 8 * 10 + 1);
    EXPECT_EQ(result.flops, static_cast<double>((2 * unit + 8 * 8 + 8) * 16 + 8 * 10));
}

TEST(PlainNetCounts, TheSpaceCountsWithItsTask) {
    const auto space = make_space("plainnet", {.classes = 100});
    const auto& plainnet = dynamic_cast<const PlainNetSpace&>(*space);
    EXPECT_EQ(space->count(plainnet.encode(denas_master())), (std::vector<double>{6, 101'721, 6'550'784}));
    EXPECT_EQ(space->counts()[1].name, "model_size");
}

}  // namespace
}  // namespace hpnas::test
