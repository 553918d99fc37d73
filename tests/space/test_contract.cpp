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
        if (entry.name != "staged" && entry.name != "layers" && entry.name != "tabular") result.push_back(entry.name);
    for (const auto& file : std::filesystem::directory_iterator(HPNAS_SOURCE_DIR "/configs/spaces")) {
        const bool layers = load_yaml(file.path().string()).find("networks") != nullptr;
        result.push_back("{name: " + std::string(layers ? "layers" : "staged") + ", file: " + file.path().string() +
                         "}");
    }
    result.emplace_back("{name: gpunet, profile: extended, padding: as_built}");
    result.emplace_back("{name: plainnet, profile: denas, se: true}");
    result.emplace_back("{name: transformer, per_layer: true, ffn_ratio: [1, 2.5, 4], norm: [post, pre]}");
    result.emplace_back("{name: transformer, input: features, positions: sinusoidal, head_size: 64, heads: [1, 3, 5]}");
    result.emplace_back("{name: tabular, alphabets: ['012', abc], counts: [5, 2]}");
    std::sort(result.begin(), result.end());
    return result;
}

/// Ten classes, unless the space answers something else by default.
Shape output_of(const SearchSpace& space) { return space.name() == "asr" ? Shape{50, 5000} : Shape{10}; }

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

TEST_P(SpaceContract, CountsHaveNamesAndValues) {
    const std::vector<double> values = space_->count(draw());
    ASSERT_EQ(values.size(), space_->counts().size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        EXPECT_GT(values[i], 0) << space_->counts()[i].name;
        EXPECT_FALSE(space_->counts()[i].doc.empty()) << space_->counts()[i].name;
    }
}

TEST_P(SpaceContract, RandomEncodingsDecodeToTheTasksNetworks) {
    if (!space_->has_networks()) GTEST_SKIP() << "there are no networks";
    for (int i = 0; i < 200; ++i) {
        const Encoding x = draw();
        const Network network = space_->decode(x);
        ASSERT_EQ(network.outputs().size(), 1U);
        EXPECT_EQ(network.node(network.outputs()[0]).shape, output_of(*space_)) << to_text(x);
        for (const Node& node : network.nodes()) EXPECT_GT(node.shape.count(), 0) << node.name;
    }
}

TEST_P(SpaceContract, CanonicalIsIdempotentAndTheSameNetwork) {
    for (int i = 0; i < 100; ++i) {
        const Encoding x = draw(), canonical = space_->canonical(x);
        EXPECT_EQ(space_->canonical(canonical), canonical);
        if (!space_->has_networks()) continue;
        EXPECT_EQ(space_->decode(x).hash(), space_->decode(canonical).hash()) << to_text(x);
        EXPECT_EQ(space_->decode(x).hash(), space_->decode(x).hash());
    }
}

TEST_P(SpaceContract, EqualNetworksHaveEqualCanonicalEncodings) {
    if (!space_->has_networks()) GTEST_SKIP() << "there are no networks";
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

TEST_P(SpaceContract, SamplesMutationsAndCrossoversAreCanonicalMembers) {
    int n_mutated = 0;
    for (int i = 0; i < 200; ++i) {
        const Encoding a = space_->sample(rng_), b = space_->sample(rng_);
        const Encoding mutant = space_->mutate(a, {}, rng_), child = space_->crossover(a, b, rng_);
        for (const Encoding& x : {a, mutant, child}) {
            ASSERT_TRUE(is_valid(x, space_->decisions())) << to_text(x);
            EXPECT_EQ(space_->canonical(x), x) << to_text(x);
            if (space_->has_networks()) {
                EXPECT_EQ(space_->decode(x).outputs().size(), 1U) << to_text(x);
            }
        }
        n_mutated += mutant != a ? 1 : 0;
    }
    EXPECT_GT(n_mutated, 100);
}

TEST_P(SpaceContract, VariationDependsOnTheDrawsAlone) {
    const auto family = [&] {
        Rng rng(8, Purpose::test, 1);
        const Encoding a = space_->sample(rng), b = space_->mutate(space_->sample(rng), {}, rng);
        return std::vector{a, b, space_->crossover(a, b, rng)};
    };
    EXPECT_EQ(family(), family());
}

TEST_P(SpaceContract, CrossoversTakeGenesOfBothParents) {
    if (space_->decisions().size() == 1) GTEST_SKIP() << "there is one gene";
    int n_mixed = 0;
    for (int i = 0; i < 200; ++i) {
        const Encoding a = space_->sample(rng_), b = space_->sample(rng_), child = space_->crossover(a, b, rng_);
        bool of_a = false, of_b = false;
        for (std::size_t slot = 0; slot < child.size(); ++slot) {
            of_a = of_a || (child[slot] == a[slot] && child[slot] != b[slot]);
            of_b = of_b || (child[slot] == b[slot] && child[slot] != a[slot]);
        }
        n_mixed += of_a && of_b ? 1 : 0;
        if (a == b) {
            EXPECT_EQ(child, a);
        }
    }
    EXPECT_GT(n_mixed, 60);
}

TEST_P(SpaceContract, BlocksCoverTheNetwork) {
    if (!space_->has_networks()) GTEST_SKIP() << "there are no networks";
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
    std::string known;
    for (const auto& entry : spaces().entries()) known += (known.empty() ? "" : ", ") + entry.name;
    EXPECT_EQ(message("gpunett"), "run.yaml:1: space: unknown name 'gpunett'; did you mean 'gpunet'? known: " + known);
    EXPECT_EQ(message("{name: gpunet, profil: extended}"),
              "run.yaml:1: space: unknown key 'profil'; did you mean 'profile'?");
    EXPECT_EQ(message("{name: gpunet, padding: same}").substr(0, 40), "run.yaml:1: space.padding: expected one ");
}

TEST(SpaceRegistry, TheLineOfASpaceNamesItsCounts) {
    for (const auto& entry : spaces().entries()) {
        if (entry.name == "staged" || entry.name == "layers" || entry.name == "tabular") continue;  // need a file
        for (const Quantity& count : make_space(entry.name)->counts())
            EXPECT_NE(entry.doc.find(count.name), std::string::npos) << entry.name << ": " << count.name;
    }
}

}  // namespace
}  // namespace hpnas::test
