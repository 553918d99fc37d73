#pragma once
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "hpnas/config/options.hpp"
#include "hpnas/data/image_set.hpp"

namespace hpnas {

/// How the training examples are divided.
struct SplitOptions {
    std::int64_t validation_images = 0;
    double validation_fraction = 0.1;
    std::int64_t train_images = 0;
    std::int64_t seed = 0;

    void visit(OptionVisitor& v) {
        v.integer(
            {"validation_images", "training images held out to judge candidates; 0: validation_fraction", 0, 1e12},
            validation_images);
        v.number({"validation_fraction", "fraction of the training images held out", 0, 1}, validation_fraction);
        v.integer({"train_images", "limit on the images trained on; 0: all that are not held out", 0, 1e12},
                  train_images);
        v.integer({"split_seed", "seed of the split; apart from the run's seed so that runs can be compared", 0, 1e15},
                  seed);
    }
    /// The same keys for data sets of other kinds.
    void visit_examples(OptionVisitor& v) {
        v.integer(
            {"validation_examples", "training examples held out to judge candidates; 0: validation_fraction", 0, 1e12},
            validation_images);
        v.number({"validation_fraction", "fraction of the training examples held out", 0, 1}, validation_fraction);
        v.integer({"train_examples", "limit on the examples trained on; 0: all that are not held out", 0, 1e12},
                  train_images);
        v.integer({"split_seed", "seed of the split; apart from the run's seed so that runs can be compared", 0, 1e15},
                  seed);
    }
};

/// Positions of the examples of two parts, ascending.
struct IndexSplit {
    std::vector<std::int64_t> train, validation;
};

struct Split {
    ImageSubset train, validation;
};

/// Divides at random but class by class: each part has every class in its proportion up to one example. A pure function
/// of the labels and the options. Indices of each part ascend.
/// @param labels  [N], none negative   @param source  for messages
/// @throws DataError if there are fewer examples than asked for, or a part is empty.
IndexSplit stratified_split(std::span<const std::int64_t> labels, const SplitOptions& options, std::string_view source);
Split stratified_split(std::shared_ptr<const ImageSet> images, const SplitOptions& options);

/// `count` images of `from`, class by class as above; a smaller count gives a subset of a larger one's choice per
/// class.
/// @throws DataError if count is not in [1, from.size()]
ImageSubset stratified_subset(const ImageSubset& from, std::int64_t count, std::uint64_t seed);

}  // namespace hpnas
