#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "hpnas/core/error.hpp"
#include "hpnas/search/encoding.hpp"
#include "hpnas/space/nasbench201_space.hpp"
#include "space/make_space.hpp"

namespace hpnas::test {
namespace {

const TaskShape cifar{.classes = 10, .input_channels = 3, .resolution = 32};

struct Row {
    std::string arch;
    std::int64_t parameters = 0, macs = 0;
};

/// Columns arch, params and MACs of tests/space/data/nasbench201_sample.txt.
std::vector<Row> sample() {
    std::ifstream file(HPNAS_SOURCE_DIR "/tests/space/data/nasbench201_sample.txt");
    std::vector<Row> rows;
    for (std::string line; std::getline(file, line);) {
        std::istringstream text(line);
        Row row;
        if (!line.starts_with("#") && text >> row.arch >> row.parameters >> row.macs) rows.push_back(row);
    }
    return rows;
}

/// The first four columns of nb201_half.csv: idx, arch, params, MACs.
std::vector<Row> table(const std::string& path) {
    std::ifstream file(path);
    std::vector<Row> rows;
    std::string line;
    for (std::getline(file, line); std::getline(file, line);) {
        std::istringstream text(line);
        std::string index, arch, parameters, macs;
        std::getline(text, index, ',');
        std::getline(text, arch, ',');
        std::getline(text, parameters, ',');
        std::getline(text, macs, ',');
        rows.push_back({arch, std::stoll(parameters), std::stoll(macs)});
    }
    return rows;
}

void expect_rows(const std::vector<Row>& rows) {
    const auto space = make_space("nasbench201", cifar);
    for (const Row& row : rows) {
        const Encoding x = space->parse(row.arch);
        const Cost cost = space->decode(x).cost();
        EXPECT_EQ(cost.parameters, row.parameters) << row.arch;
        EXPECT_EQ(cost.macs, row.macs) << row.arch;
        EXPECT_EQ(space->format(x), row.arch);
    }
}

// Golden values: parameters and MACs that come with the benchmark.
TEST(NasBench201Space, CountsOfASampleAreTheBenchmarks) {
    const std::vector<Row> rows = sample();
    ASSERT_EQ(rows.size(), 201U);
    expect_rows(rows);
}

TEST(NasBench201Space, CountsOfAllCellsAreTheBenchmarks) {
    const char* folder = std::getenv("HPNAS_DATA_DIR");
    if (folder == nullptr) GTEST_SKIP() << "set HPNAS_DATA_DIR to a folder with nas/nb201_half.csv to run this";
    const std::vector<Row> rows = table(std::string(folder) + "/nas/nb201_half.csv");
    ASSERT_EQ(rows.size(), 7'813U);
    expect_rows(rows);
}

// Exhaustive: no two canonical cells share steps, so none share a network; a smaller skeleton keeps it quick.
TEST(NasBench201Space, CanonicalFormTellsNetworksApart) {
    const auto space = make_space("{name: nasbench201, cells: 1, resolution: 4}");
    std::set<std::uint64_t> hashes;
    std::size_t n = 0;
    for (const Encoding& x : all_encodings(space->decisions(), 15'625)) {
        if (space->canonical(x) != x) continue;
        ++n;
        hashes.insert(space->decode(x).hash());
    }
    EXPECT_EQ(hashes.size(), n);
    EXPECT_EQ(dynamic_cast<const NasBench201Space&>(*space).n_distinct(), n);
}

TEST(NasBench201Space, SkipsMakeCellsEqual) {
    const auto space = make_space("nasbench201");
    const auto canonical = [&](const char* arch) { return space->format(space->canonical(space->parse(arch))); };
    // Node 2 is the input, directly or by way of node 1.
    EXPECT_EQ(canonical("|skip_connect~0|+|none~0|skip_connect~1|+|none~0|none~1|nor_conv_3x3~2|"),
              canonical("|skip_connect~0|+|skip_connect~0|none~1|+|none~0|none~1|nor_conv_3x3~2|"));
    EXPECT_EQ(canonical("|none~0|+|none~0|none~1|+|none~0|none~1|skip_connect~2|"),
              "|none~0|+|none~0|none~1|+|none~0|none~1|none~2|");
    EXPECT_EQ(canonical("|none~0|+|none~0|none~1|+|skip_connect~0|none~1|none~2|"),
              "|none~0|+|none~0|none~1|+|skip_connect~0|none~1|none~2|");
}

TEST(NasBench201Space, TheSkeletonIsTheBenchmarks) {
    const auto space = make_space("nasbench201", cifar);
    const Network network = space->decode(space->parse("|none~0|+|none~0|none~1|+|nor_conv_3x3~0|none~1|none~2|"));
    ASSERT_EQ(network.blocks().size(), 1U + 3 * 5 + 2 + 1);
    const auto output = [&](std::size_t i) { return network.node(network.blocks()[i].last).shape; };
    EXPECT_EQ(output(0), (Shape{32, 32, 16}));
    EXPECT_EQ(output(6), (Shape{16, 16, 32}));
    EXPECT_EQ(output(12), (Shape{8, 8, 64}));
    EXPECT_EQ(network.blocks()[6].name, "reductions.0");
    EXPECT_EQ(network.blocks()[7].name, "stages.1.cells.0");
    EXPECT_EQ(output(18), (Shape{10}));
}

TEST(NasBench201Space, OptionsAndTheTaskShapeTheSkeleton) {
    const auto space = make_space("{name: nasbench201, channels: 3, cells: 1}", {.classes = 7, .input_channels = 1});
    const Network network = space->decode({0, 0, 0, 2, 0, 0});
    EXPECT_EQ(network.node(network.inputs()[0]).shape, (Shape{32, 32, 1}));
    // By hand: stem 27 + 6; cells 9 + 6, 36 + 12, 144 + 24; reductions 162 + 12 + 324 + 12 + 18 and 648 + 24 + 1296 +
    // 24 + 72; head 24 + 12 * 7 + 7.
    EXPECT_EQ(network.cost().parameters, 33 + 15 + 48 + 168 + 528 + 2064 + 115);
    EXPECT_THROW(make_space("nasbench201", {.classes = 10, .input_channels = 3, .resolution = 30}), ConfigError);
}

// Exhaustive: from every cell one changed operation leads to another network.
TEST(NasBench201Space, AMutationIsANeighbourOfAnotherNetwork) {
    const auto space = make_space("nasbench201");
    Rng rng(5, Purpose::test);
    for (const Encoding& x : all_encodings(space->decisions(), 15'625)) {
        const Encoding child = space->mutate(x, {}, rng);
        ASSERT_NE(child, space->canonical(x)) << to_text(x);
        const auto near = neighbours(x, space->decisions());
        ASSERT_TRUE(std::any_of(near.begin(), near.end(), [&](const Encoding& n) {
            return space->canonical(n) == child;
        })) << to_text(x);
    }
}

TEST(NasBench201Space, ValuesAreOperations) {
    const auto space = make_space("nasbench201");
    const Encoding x{3, 4, 1, 2, 0, 3};
    EXPECT_EQ(space->format_values(x), "v:nor_conv_3x3,avg_pool_3x3,skip_connect,nor_conv_1x1,none,nor_conv_3x3");
    EXPECT_EQ(space->parse("3,4,1,2,0,3"), x);
    EXPECT_THROW(space->parse("|nor_conv_3x3~0|"), EncodingError);
}

}  // namespace
}  // namespace hpnas::test
