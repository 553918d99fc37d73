#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "hpnas/kernel/engine.hpp"
#include "hpnas/tensor/arena.hpp"
#include "hpnas/train/token_inputs.hpp"
#include "train/toy_networks.hpp"
#include "train/toy_texts.hpp"

namespace hpnas {
namespace {

Network two_inputs(std::int64_t tokens, std::int64_t segments) {
    NetworkBuilder builder;
    const NodeId a = builder.input("tokens", Shape{tokens});
    const NodeId b = builder.input("segments", Shape{segments});
    const NodeId x = builder.add("words", make_embedding({.vocabulary = 9, .out = 2}), a);
    builder.add("types", make_embedding({.vocabulary = 2, .out = 2}), b);
    return std::move(builder).finish({x});
}

TEST(TokenInputs, AreTokensAndSegmentsOfOneLength) {
    EXPECT_NO_THROW(check_token_inputs("t", test::bag_of_words(5, 9, 2)));
    EXPECT_NO_THROW(check_token_inputs("t", two_inputs(5, 5)));
    EXPECT_EQ(sequence_of(two_inputs(5, 5)), 5);
    EXPECT_THROW(check_token_inputs("t", two_inputs(5, 4)), ShapeError);
    EXPECT_THROW(check_token_inputs("t", test::conv_network(8, 3)), ShapeError);
}

TEST(TokenInputs, OutputsAreCheckedByShape) {
    EXPECT_NO_THROW(check_output("t", test::bag_of_words(5, 9, 2), Shape{2}, "classes"));
    EXPECT_THROW(check_output("t", test::bag_of_words(5, 9, 2), Shape{3}, "classes"), ShapeError);
}

TEST(TokenInputs, SegmentsAreFilledWhereTheNetworkReadsThem) {
    kernel::Engine engine;
    Arena arena;
    const Network network = two_inputs(6, 6);
    Parameters parameters(network);
    Executor executor(network, parameters, {engine, arena}, {1, ExecutionMode::inference, false});
    auto set = std::make_shared<TextSet>();
    set->sequences.append(std::vector<std::int32_t>{2, 5, 3, 6, 3}, 3);
    set->labels = {0};
    set->classes = {"a"};
    TokenLoader loader(all_of<TextSet>(set), {.batch = 1, .sequence = 6});
    fill_tokens(loader, 0, 0, executor, 2);
    const auto row = [&](std::size_t i) {
        return std::vector<float>(executor.input(i).begin(), executor.input(i).end());
    };
    EXPECT_EQ(row(0), (std::vector<float>{2, 5, 3, 6, 3, 0}));
    EXPECT_EQ(row(1), (std::vector<float>{0, 0, 0, 1, 1, 0}));
}

}  // namespace
}  // namespace hpnas
