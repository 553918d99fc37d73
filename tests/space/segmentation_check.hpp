#pragma once
#include <gtest/gtest.h>

#include "hpnas/search/encoding.hpp"
#include "hpnas/space/additive_cost.hpp"
#include "hpnas/space/describe.hpp"
#include "hpnas/space/search_space.hpp"

namespace hpnas::test {

/// The decoded network's blocks, shapes and parameters are those of the segmentation's path for random encodings, and
/// the segmentation's networks are the decoded network's blocks (for spaces without dropout and drop path).
inline void expect_same_chain(const SearchSpace& space, int n_encodings) {
    const Segmentation segmentation = *space.segmentation();
    const AdditiveCost parameters(segmentation,
                                  [](const Network& block) { return static_cast<double>(block.cost().parameters); });
    Rng rng(1, Purpose::test);
    for (int n = 0; n < n_encodings; ++n) {
        const Encoding x = random_encoding(space.decisions(), rng);
        const Network network = space.decode(x);
        const Description description = describe(network);
        const std::vector<std::size_t> path = blocks_of(segmentation, x);
        ASSERT_EQ(path.size(), description.rows.size()) << to_text(x);
        for (std::size_t i = 0; i < path.size(); ++i) {
            EXPECT_EQ(segmentation.blocks[path[i]].key, description.rows[i].key);
            EXPECT_EQ(segmentation.blocks[path[i]].input, description.rows[i].input);
            const Network alone = segmentation.network(path[i]);
            EXPECT_EQ(alone.hash(), network.extract(network.blocks()[i]).hash()) << description.rows[i].key;
            EXPECT_EQ(alone.blocks()[0].key, description.rows[i].key);
        }
        EXPECT_EQ(parameters(x), static_cast<double>(network.cost().parameters));
    }
}

}  // namespace hpnas::test
