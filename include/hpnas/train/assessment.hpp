#pragma once
#include <cstdint>
#include <functional>
#include <optional>

#include "hpnas/data/image_set.hpp"
#include "hpnas/data/normalization.hpp"
#include "hpnas/graph/network.hpp"
#include "hpnas/train/executor.hpp"

namespace hpnas {

/// Loss and accuracy of a network on images.
struct Assessment {
    double loss = 0;            ///< cross-entropy in nat, mean
    double top1 = 0, top5 = 0;  ///< %
    std::int64_t images = 0;
};

/// What a classifier is judged on.
struct AssessmentData {
    const ImageSubset& images;
    const Normalization& normalization;
    std::int64_t batch = 64;  ///< images per forward pass
};

/// Judges a deployed network (see train/deploy.hpp) on every image, each counted once.
/// @param poll  called before every batch if not empty; false abandons: nothing is returned
std::optional<Assessment> assess(const Network& network, Parameters& parameters, const Device& device,
                                 const AssessmentData& data, const std::function<bool()>& poll = {});

}  // namespace hpnas
