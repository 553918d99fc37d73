#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "hpnas/core/error.hpp"
#include "hpnas/space/flexibert_space.hpp"
#include "space/make_space.hpp"

namespace hpnas::test {
namespace {

struct Row {
    std::string arch;
    std::int64_t parameters;
};

/// NAS-Bench-BERT's parameters were counted with 256 for every width and 1024 for every inner width, whatever the
/// network has: its 500 counts are a linear function of the operations and stacks alone.
std::string as_counted(std::string arch) {
    arch.replace(0, 3, "256");
    for (std::size_t at = 0; (at = arch.find("ff512", at)) != arch.npos; ++at) arch.replace(at, 5, "ff1024");
    return arch;
}

void expect_rows(const std::vector<Row>& rows) {
    const auto space = make_space("{name: flexibert, head: none}");
    for (const Row& row : rows) {
        const Encoding x = space->parse(row.arch);
        EXPECT_EQ(space->format(x), row.arch);
        EXPECT_EQ(space->decode(space->parse(as_counted(row.arch))).cost().parameters, row.parameters) << row.arch;
    }
}

// Golden values: "Number of Parameters" of rows of the benchmark, all operations among them.
TEST(FlexibertSpace, BenchmarkedNetworksHaveTheirParameters) {
    expect_rows({{"256:SA-WMA-h4-ff1024x3,LT-DCT-h2-ff512x3,SA-SDP-h4-ff512x3,SA-SDP-h4-ff1024x1", 13'330'176},
                 {"256:LT-DFT-h4-ff1024x3,SA-SDP-h2-ff1024x1,DSC-9-h4-ff512x3,DSC-5-h2-ff512x1", 11'106'199},
                 {"128:SA-SDP-h4-ff1024x1,LT-DCT-h2-ff1024x1,DSC-9-h4-ff512x3,LT-DFT-h4-ff512x1", 8'840'082},
                 {"128:LT-DFT-h4-ff512x3,SA-SDP-h4-ff1024x3", 9'585'920},
                 {"256:DSC-5-h2-ff1024x3,LT-DCT-h4-ff512x3,DSC-5-h4-ff1024x1,SA-SDP-h4-ff512x1", 11'104'143},
                 {"128:DSC-9-h2-ff1024x3,LT-DCT-h2-ff512x1", 7'457'289},
                 {"128:LT-DFT-h2-ff1024x3,SA-WMA-h2-ff1024x1,SA-WMA-h2-ff512x1,SA-WMA-h4-ff1024x1", 9'262'848},
                 {"256:LT-DCT-h4-ff512x1,SA-WMA-h4-ff1024x3", 7'552'256},
                 {"256:DSC-5-h2-ff512x1,SA-WMA-h4-ff512x3,DSC-5-h2-ff1024x3,DSC-9-h4-ff1024x3", 13'437'852}});
}

TEST(FlexibertSpace, AllBenchmarkedNetworksHaveTheirParameters) {
    const char* folder = std::getenv("HPNAS_DATA_DIR");
    const std::string path = (folder != nullptr ? std::string(folder) : "") + "/nas/bert_nas_glue.csv";
    if (folder == nullptr || !std::filesystem::exists(path))
        GTEST_SKIP() << "set HPNAS_DATA_DIR to a folder with nas/bert_nas_glue.csv to run this";
    std::ifstream file(path);
    std::vector<Row> rows;
    std::string line;
    std::getline(file, line);
    while (std::getline(file, line)) {
        std::istringstream stream(line);
        std::vector<std::string> fields(23);  // id, hidden, n_layers, layers, ..., number of parameters
        for (std::string& field : fields) std::getline(stream, field, ',');
        std::replace(fields[3].begin(), fields[3].end(), ' ', ',');
        rows.push_back({fields[1] + ":" + fields[3], static_cast<std::int64_t>(std::stod(fields[22]))});
    }
    ASSERT_EQ(rows.size(), 500U);
    expect_rows(rows);
}

TEST(FlexibertSpace, EveryWidthCounts) {
    const auto space = make_space("{name: flexibert, head: none}");
    const auto parameters = [&](const char* arch) { return space->decode(space->parse(arch)).cost().parameters; };
    const std::int64_t embeddings = (30522 + 512 + 2 + 2) * 128;
    // Per layer: queries, keys, values and projection; norm; feed-forward network; norm. Embeddings need no projection.
    const std::int64_t attention = 4 * (128 * 128 + 128) + 2 * 128;
    EXPECT_EQ(parameters("128:SA-SDP-h2-ff512x1,SA-SDP-h4-ff512x3"),
              embeddings + 2 * (attention + (128 * 512 + 512) + (512 * 128 + 128) + 2 * 128) + 2 * (512 * 512 + 512));
    EXPECT_EQ(
        parameters("128:SA-WMA-h2-ff512x1,SA-SDP-h4-ff512x1") - parameters("128:SA-SDP-h2-ff512x1,SA-SDP-h4-ff512x1"),
        128 * 128);
    const auto classify = make_space("flexibert", {.classes = 3});
    const Network network = classify->decode(classify->parse("256:LT-DCT-h2-ff512x1,LT-DFT-h4-ff512x1"));
    EXPECT_EQ(network.node(network.outputs()[0]).shape, (Shape{3}));
}

TEST(FlexibertSpace, HeadsOfTransformsHaveNoEffect) {
    const auto space = make_space("flexibert");
    const auto canonical = [&](const char* arch) { return space->format(space->canonical(space->parse(arch))); };
    EXPECT_EQ(canonical("256:LT-DFT-h4-ff512x1,DSC-5-h4-ff512x1"), "256:LT-DFT-h2-ff512x1,DSC-5-h4-ff512x1");
    EXPECT_EQ(canonical("128:SA-WMA-h4-ff512x1,LT-DCT-h4-ff512x3"), "128:SA-WMA-h4-ff512x1,LT-DCT-h2-ff512x3");
}

TEST(FlexibertSpace, EveryLayerIsABlock) {
    const auto space = make_space("flexibert");
    const Network network = space->decode(space->parse("256:SA-SDP-h2-ff512x1,DSC-9-h4-ff1024x3"));
    ASSERT_EQ(network.blocks().size(), 5U);  // mask, embeddings, layers, head
    EXPECT_EQ(network.blocks()[3].key, "flexibert DSC-9 heads=4 ffn=1024x3 eps=1e-12");
    EXPECT_EQ(network.node(network.blocks()[1].last).shape, (Shape{128, 256}));
}

TEST(FlexibertSpace, OtherTextsAreRefused) {
    const auto message = [](const char* arch) {
        try {
            make_space("flexibert")->parse(arch);
        } catch (const EncodingError& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    EXPECT_EQ(message("192:SA-SDP-h2-ff512x1,SA-SDP-h2-ff512x1"),
              "space flexibert: hidden: expected one of 128, 256, got '192'");
    EXPECT_EQ(message("128:SA-SDP-h2-ff512x1"), "space flexibert: layers: expected one of 2, 4, got '1'");
    EXPECT_EQ(message("128:SA-SDP-h2-ff512x1,SA-SDP"),
              "space flexibert: expected a layer such as SA-SDP-h2-ff512x1, got 'SA-SDP'");
    EXPECT_NE(message("128:SA-SDP-h2-ff512x1,SA-ADD-h2-ff512x1"), "");
    EXPECT_NE(message("128:"), "");
}

TEST(FlexibertSpace, OptionsAreChecked) {
    for (const char* options : {"operations: [SA-SDP, SA-SDP]", "operations: [DSC-4]", "heads: 3", "sequence: 513",
                                "operations: []", "heads: [1, 2]"})
        EXPECT_THROW(make_space(std::string("{name: flexibert, ") + options + "}"), ConfigError) << options;
    EXPECT_NO_THROW(make_space("{name: flexibert, operations: [SA-SDP, DSC-7], layers: 6, hidden: 64}"));
}

}  // namespace
}  // namespace hpnas::test
