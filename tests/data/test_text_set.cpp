#include <gtest/gtest.h>

#include "hpnas/data/text_set.hpp"

namespace hpnas {
namespace {

TEST(TextSet, HashTellsSetsApart) {
    TextSet set{{}, {0, 1}, {"a", "b"}, "s"};
    set.sequences.append(std::vector<std::int32_t>{2, 5, 3}, 3);
    set.sequences.append(std::vector<std::int32_t>{2, 3}, 2);
    TextSet other = set;
    EXPECT_EQ(set.hash(), other.hash());
    other.sequences.begins[1] = 2;  // the same tokens, cut elsewhere
    EXPECT_NE(set.hash(), other.hash());
    other = set;
    other.labels[0] = 1;
    EXPECT_NE(set.hash(), other.hash());
}

TEST(TextSet, AllOfItIsASubset) {
    TextSet set{{}, {0, 0}, {"a"}, "s"};
    set.sequences.append(std::vector<std::int32_t>{2, 3}, 2);
    set.sequences.append(std::vector<std::int32_t>{2, 3}, 2);
    const TextSubset all = all_of(std::make_shared<const TextSet>(set));
    EXPECT_EQ(all.size(), 2);
    EXPECT_EQ(all[1], 1);
}

}  // namespace
}  // namespace hpnas
