#include <gtest/gtest.h>

#include "hpnas/train/chunks.hpp"
#include "train/toy_networks.hpp"

namespace hpnas {
namespace {

TEST(Chunks, CoverEveryTrainableFloatOnceInShortPieces) {
    const Parameters parameters(test::linear_network(1000, 50));  // 50,000 weights: four chunks
    std::vector<int> hits(parameters.trainable().size(), 0);
    const std::vector<Chunk> chunks = make_chunks(parameters);
    for (const Chunk& chunk : chunks) {
        EXPECT_LE(chunk.end - chunk.begin, 16384U);
        for (std::size_t i = chunk.begin; i < chunk.end; ++i) ++hits[i];
    }
    EXPECT_EQ(chunks.size(), 5U);
    const auto *weight = parameters.find("fc.weight"), *bias = parameters.find("fc.bias");
    for (std::size_t i = 0; i < hits.size(); ++i) {
        const bool used =
            (i >= weight->offset && i < weight->offset + 50000) || (i >= bias->offset && i < bias->offset + 50);
        ASSERT_EQ(hits[i], used ? 1 : 0) << i;
    }
}

TEST(Chunks, OnlyWeightsDecay) {
    const Parameters parameters(test::conv_network(4, 3));
    std::size_t decayed = 0, other = 0;
    for (const Chunk& chunk : make_chunks(parameters)) (chunk.decay ? decayed : other) += chunk.end - chunk.begin;
    EXPECT_EQ(decayed, 8U * 27 + 3 * 8);  // convolution, linear
    EXPECT_EQ(other, 8U + 8 + 3);         // scale, shift, bias; running statistics are not trained
}

}  // namespace
}  // namespace hpnas
