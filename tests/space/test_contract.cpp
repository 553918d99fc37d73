// What every registered search space, and every file in configs/spaces, must do.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "hpnas/core/error.hpp"
#include "hpnas/search/encoding.hpp"
#include "space/make_space.hpp"

namespace hpnas::test {
namespace {

/// Run options of every space: registered names that need no file, and the files through `staged` or `layers`.
std::vector<std::string> all_spaces() {
    std::vector<std::string> result;
    for (const auto& entry : spaces().entries())
        if (entry.name != "staged" && entry.name != "layers") result.push_back(entry.name);
    for (const auto& file : std::filesystem::directory_iterator(HPNAS_SOURCE_DIR "/configs/spaces")) {
        const bool layers = load_yaml(file.path().string()).find("networks") != nullptr;
        result.push_back("{name: " + std::string(layers ? "layers" : "staged") + ", file: " + file.path().string() +
                         "}");
    }
    result.emplace_back("{name: gpunet, profile: extended, padding: as_built}");
    result.emplace_back("{name: plainnet, profile: denas, se: true}");
    std::sort(result.begin(), result.end());
    return result;
}

class SpaceContract : public testing::TestWithParam<std::string> {
protected:
    std::unique_ptr<SearchSpace> space_ = make_space(GetParam(), {.classes = 10, .input_channels = 3, .resolution = 0});
    Rng rng_{3, Purpose::test};
    Encoding draw() { return random_encoding(space_->decisions(), rng_); }
};

TEST_P(SpaceContract, DecisionsAreNamedAndHaveChoices) {
    std::set<std::string> names;
    for (const Decision& decision : space_->decisions()) {
        EXPECT_TRUE(names.insert(decision.name).second) << decision.name;
        EXPECT_FALSE(decision.values.empty()) << decision.name;
        EXPECT_EQ(std::set<double>(decision.values.begin(), decision.values.end()).size(), decision.values.size())
            << decision.name;
    }
    EXPECT_FALSE(space_->name().empty());
}

TEST_P(SpaceContract, RandomEncodingsDecodeToClassifiers) {
    for (int i = 0; i < 200; ++i) {
        const Encoding x = draw();
        const Network network = space_->decode(x);
        ASSERT_EQ(network.outputs().size(), 1U);
        EXPECT_EQ(network.node(network.outputs()[0]).shape, (Shape{10})) << to_text(x);
        for (const Node& node : network.nodes()) EXPECT_GT(node.shape.count(), 0) << node.name;
    }
}

TEST_P(SpaceContract, CanonicalIsIdempotentAndTheSameNetwork) {
    for (int i = 0; i < 100; ++i) {
        const Encoding x = draw(), canonical = space_->canonical(x);
        EXPECT_EQ(space_->canonical(canonical), canonical);
        EXPECT_EQ(space_->decode(x).hash(), space_->decode(canonical).hash()) << to_text(x);
        EXPECT_EQ(space_->decode(x).hash(), space_->decode(x).hash());
    }
}

TEST_P(SpaceContract, EqualNetworksHaveEqualCanonicalEncodings) {
    std::map<std::uint64_t, Encoding> seen;
    for (int i = 0; i < 200; ++i) {
        const Encoding canonical = space_->canonical(draw());
        const auto [at, is_new] = seen.emplace(space_->decode(canonical).hash(), canonical);
        if (!is_new) {
            EXPECT_EQ(at->second, canonical);
        }
    }
}

TEST_P(SpaceContract, ChoicesOutOfRangeThrow) {
    for (std::size_t i = 0; i < space_->decisions().size(); ++i) {
        Encoding x = draw();
        x[i] = static_cast<std::int16_t>(space_->decisions()[i].values.size());
        EXPECT_THROW(space_->decode(x), EncodingError);
        x[i] = -1;
        EXPECT_THROW(space_->canonical(x), EncodingError);
    }
    Encoding longer = draw();
    longer.push_back(0);
    EXPECT_THROW(space_->decode(longer), EncodingError);
}

TEST_P(SpaceContract, NotationIsLossless) {
    for (int i = 0; i < 100; ++i) {
        const Encoding x = draw();
        EXPECT_EQ(space_->parse(space_->format(x)), x);
        const Encoding canonical = space_->canonical(x);
        EXPECT_EQ(space_->parse(space_->format_values(canonical)), canonical) << space_->format_values(canonical);
    }
    EXPECT_THROW(space_->parse("nonsense"), EncodingError);
    EXPECT_THROW(space_->parse(""), EncodingError);
}

TEST_P(SpaceContract, BlocksCoverTheNetwork) {
    const Network network = space_->decode(draw());
    NodeId expected = static_cast<NodeId>(network.inputs().size());
    for (const Block& block : network.blocks()) {
        EXPECT_EQ(block.first, expected) << block.name;
        expected = block.last + 1;
    }
    EXPECT_EQ(expected, static_cast<NodeId>(network.nodes().size()));
}

INSTANTIATE_TEST_SUITE_P(AllSpaces, SpaceContract, testing::ValuesIn(all_spaces()),
                         [](const testing::TestParamInfo<std::string>& parameter) {
                             return "space" + std::to_string(parameter.index);
                         });

TEST(SpaceRegistry, UnknownNamesAndOptionsAreReported) {
    const auto message = [](const std::string& yaml) {
        try {
            make_space(yaml);
        } catch (const ConfigError& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    EXPECT_EQ(message("gpunett"),
              "run.yaml:1: space: unknown name 'gpunett'; known: staged, gpunet, gpunet_cifar, smoke, layers, "
              "gpunet_networks, nasbench201, plainnet");
    EXPECT_EQ(message("{name: gpunet, profil: extended}"),
              "run.yaml:1: space: unknown key 'profil'; did you mean 'profile'?");
    EXPECT_EQ(message("{name: gpunet, padding: same}").substr(0, 40), "run.yaml:1: space.padding: expected one ");
}

}  // namespace
}  // namespace hpnas::test
