#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <random>
#include <sstream>

#include "hpnas/core/error.hpp"
#include "hpnas/space/vit_space.hpp"
#include "space/make_space.hpp"
#include "space/segmentation_check.hpp"

namespace hpnas::test {
namespace {

struct Logged {
    std::string arch;
    std::int64_t parameters;
};

std::int64_t parameters(const SearchSpace& space, const std::string& arch) {
    return space.decode(space.parse(arch)).cost().parameters;
}

const std::string best = "(13,3.5,4,3.5,3,3,3.5,3,3,3.5,3,4,3,3.5,6,9,6,3,6,10,5,9,5,3,5,3,3,448)";

// Golden values: architectures and parameters that DE-NAS logged (224 x 224, 10 classes).
TEST(VitSpace, LoggedArchitecturesHaveTheirParameters) {
    const auto space = make_space("vit", {.classes = 10});
    for (const Logged& logged :
         {Logged{best, 26'440'362},
          Logged{"(12,3,4,3.5,3,3,3.5,4,4,4,3.5,3.5,4,10,6,5,6,5,10,9,4,3,5,7,3,192)", 7'074'634},
          Logged{"(14,3.5,3.5,3.5,3,4,4,4,4,4,4,4,3.5,4,3.5,6,5,9,6,4,5,5,3,3,3,4,5,3,5,192)", 7'449'130},
          Logged{"(13,3.5,3.5,3,3,3,4,3,3,4,4,4,4,4,3,3,3,9,4,7,10,7,3,6,3,5,10,216)", 8'681'074},
          Logged{"(12,3,4,3,4,3.5,4,3,3,3.5,3.5,3.5,3,9,3,10,4,7,4,3,4,6,6,5,7,240)", 9'268'426},
          Logged{"(16,3.5,3,4,3.5,4,3,3,3.5,4,3.5,4,4,3.5,4,3.5,3.5,10,9,5,4,7,9,3,6,9,3,5,9,3,7,5,4,320)", 20'308'266},
          Logged{"(12,4,3,3,3,4,3,3.5,3,4,3,4,3,7,6,7,3,10,5,3,4,3,9,5,5,528)", 32'319'106},
          Logged{"(15,3.5,3.5,3.5,4,3,3,3.5,3,4,4,3,3.5,3,3,4,3,10,4,5,3,9,9,9,4,4,7,5,7,3,9,624)", 55'474'306}}) {
        EXPECT_EQ(parameters(*space, logged.arch), logged.parameters) << logged.arch;
        EXPECT_EQ(space->format(space->parse(logged.arch)), logged.arch);
    }
    EXPECT_EQ(parameters(*make_space("vit", {.classes = 10, .resolution = 32}), best), 26'354'346);
}

// Golden values: DE-NAS's supernet, 16 layers of width 640 with 10 heads and ratio 4.
TEST(VitSpace, TheSupernetHasItsParameters) {
    std::string arch = "(16";
    for (int i = 0; i < 16; ++i) arch += ",4";
    for (int i = 0; i < 16; ++i) arch += ",10";
    EXPECT_EQ(parameters(*make_space("{name: vit, embed: [640]}", {.classes = 10}), arch + ",640)"), 79'525'770);
    EXPECT_EQ(parameters(*make_space("{name: vit, embed: [640]}", {.classes = 1000}), arch + ",640)"), 80'160'360);
}

/// Closed form of the parameters at 224 x 224.
std::int64_t formula(const VitSpace& space, const Encoding& x, std::int64_t classes) {
    const auto value = [&](std::size_t slot) {
        return space.decisions()[slot].values[static_cast<std::size_t>(x[slot])];
    };
    const auto depth = static_cast<std::size_t>(value(0));
    const auto e = static_cast<std::int64_t>(value(x.size() - 1));
    std::int64_t sum = 3 * 16 * 16 * e + e + e * (14 * 14 + 2);
    for (std::size_t i = 0; i < depth; ++i) {
        const auto f = static_cast<std::int64_t>(static_cast<double>(e) * value(1 + i)),
                   q = 64 * static_cast<std::int64_t>(value(1 + 16 + i));
        sum += 4 * e + (3 * q * e + 3 * q) + (q * e + e) + 4 * 30 * 64 + (2 * e * f + f + e);
    }
    return sum + 2 * e + e * classes + classes;
}

TEST(VitSpace, ParametersFollowTheClosedForm) {
    const auto space = make_space("vit", {.classes = 7});
    const auto& vit = dynamic_cast<const VitSpace&>(*space);
    Rng rng(2, Purpose::test);
    std::int64_t least = INT64_MAX, most = 0;
    for (int i = 0; i < 50; ++i) {
        const Encoding x = space->sample(rng);
        const std::int64_t n = space->decode(x).cost().parameters;
        EXPECT_EQ(n, formula(vit, x, 7)) << space->format(x);
        least = std::min(least, n);
        most = std::max(most, n);
    }
    EXPECT_GT(least, 4'700'000);  // cited: the space spans 4.73 to 76.26 million
    EXPECT_LT(most, 76'300'000);
}

/// The uniform integers of Python's `random`, which DE-NAS draws from: Mersenne Twister seeded by an array of one key;
/// as many high bits as n has, drawn again until below n. Source: Matsumoto, Nishimura, ACM TOMACS 8 (1998) 3-30.
class PythonRandom {
public:
    explicit PythonRandom(std::uint32_t key) {
        std::array<std::uint32_t, 624> state{};
        state[0] = 19650218;
        for (std::uint32_t i = 1; i < 624; ++i) state[i] = 1812433253U * (state[i - 1] ^ (state[i - 1] >> 30)) + i;
        std::uint32_t i = 1;
        const auto mix = [&](std::uint32_t factor, std::uint32_t add) {
            state[i] = (state[i] ^ ((state[i - 1] ^ (state[i - 1] >> 30)) * factor)) + add;
            if (++i < 624) return;
            state[0] = state[623];
            i = 1;
        };
        for (int k = 0; k < 624; ++k) mix(1664525U, key);
        for (int k = 0; k < 623; ++k) mix(1566083941U, 0U - i);
        state[0] = 0x80000000U;
        std::stringstream text;
        for (const std::uint32_t word : state) text << word << ' ';
        text << 624;
        text >> engine_;
    }
    std::size_t below(std::size_t n) {
        const auto bits = static_cast<unsigned>(std::bit_width(n));
        for (;;) {
            const std::size_t drawn = engine_() >> (32 - bits);
            if (drawn < n) return drawn;
        }
    }

private:
    std::mt19937 engine_;
};

// Golden values: the three members that DE-NAS's own test expects with seed 0; their parameters in millions.
TEST(VitSpace, SamplesAreDrawnInTheOrderOfDeNas) {
    const auto space = make_space("vit", {.classes = 10});
    const auto& vit = dynamic_cast<const VitSpace&>(*space);
    PythonRandom random(0);
    for (const Logged& expected :
         {Logged{"(15,3.5,3,3.5,4,3.5,3.5,3.5,3.5,3.5,4,3,4,3,3.5,3,10,3,7,10,5,7,9,10,7,4,5,3,9,3,10,448)",
                 33'208'394},
          Logged{"(15,4,3,3.5,3.5,3.5,4,4,3,4,3.5,3.5,4,3.5,3,4,3,3,9,10,6,9,10,10,9,9,3,7,6,10,10,448)", 35'390'666},
          Logged{"(13,4,3.5,4,3,3,4,3,3,3,4,3.5,3,3,5,7,6,3,5,7,5,9,3,7,5,10,7,320)", 15'950'218}}) {
        const Encoding x = vit.sample_with([&](std::size_t n) { return random.below(n); });
        EXPECT_EQ(space->format(x), expected.arch);
        EXPECT_EQ(space->canonical(x), x);
        EXPECT_EQ(space->decode(x).cost().parameters, expected.parameters);
    }
}

TEST(VitSpace, OptionsChangeTheNetwork) {
    const std::string sizes = "depth: [2], mlp: [2], heads: [2], embed: [8], head_size: 4, patch: 4, resolution: 8";
    const std::string arch = "(2,2,2,2,2,8)";
    const auto count = [&](const std::string& more) {
        return parameters(*make_space("{name: vit, " + sizes + more + "}", {.classes = 3}), arch);
    };
    // By hand: e = 8, q = 8, f = 16, 4 patches of 48 numbers.
    const std::int64_t layer = 4 * 8 + (3 * 64 + 24) + (64 + 8) + (2 * 128 + 16 + 8), tables = 4 * 30 * 4;
    const std::int64_t all = 48 * 8 + 8 + 8 * 6 + 2 * (layer + tables) + 16 + 8 * 3 + 3;
    EXPECT_EQ(count(""), all);
    EXPECT_EQ(count(", relative_position: false"), all - 2 * tables);
    EXPECT_EQ(count(", max_distance: 2"), all - 2 * tables + 2 * 4 * 6 * 4);
    EXPECT_EQ(count(", abs_pos: false"), all - 8 * 5);
    EXPECT_EQ(count(", gp: false"), all);
    EXPECT_EQ(count(", pre_norm: false"), all - 16);
    EXPECT_EQ(count(", qkv_width: 16, relative_position: false"), all - 2 * tables + 2 * (3 * 72 + 64));
}

TEST(VitSpace, DropPathGrowsWithTheDepth) {
    const auto space = make_space("{name: vit, depth: [3, 5], drop_path: 0.4, dropout: 0.1}");
    const Network network = space->decode(space->canonical(Encoding(space->decisions().size(), 0)));
    std::vector<std::string> names;
    for (const Node& node : network.nodes())
        if (node.op != nullptr && node.op->type() == "drop_path") names.push_back(node.name);
    EXPECT_EQ(names, (std::vector<std::string>{"layers.1.drop_path1", "layers.1.drop_path2", "layers.2.drop_path1",
                                               "layers.2.drop_path2"}));  // the first layer's rate is 0
}

TEST(VitSpace, MistakesAreExplained) {
    EXPECT_THROW(make_space("{name: vit, depth: [3, 2]}"), ConfigError);
    EXPECT_THROW(make_space("vit", {.resolution = 100}), ConfigError);
    EXPECT_THROW(make_space("{name: vit, qkv_width: 640}"), ConfigError);  // 3 heads do not divide it
    EXPECT_THROW(make_space("{name: vit, profile: huge}"), ConfigError);
    const auto space = make_space("{name: vit, profile: tiny}");
    EXPECT_THROW(space->parse("(12,3.5)"), EncodingError);
    EXPECT_THROW(space->parse(best), EncodingError);  // of the large profile
}

TEST(VitSpace, ChainsAreTheDecodedNetworks) {
    expect_same_chain(*make_space("{name: vit, drop_path: 0}"), 10);
    expect_same_chain(*make_space("{name: vit, profile: tiny, drop_path: 0, gp: false, abs_pos: false}"), 3);
    EXPECT_EQ(make_space("vit")->segmentation()->blocks.size(), 9U + 9 * 7 * 3 + 9);
}

}  // namespace
}  // namespace hpnas::test
