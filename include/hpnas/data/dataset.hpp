#pragma once
#include <cstdint>

#include "hpnas/config/registry.hpp"
#include "hpnas/data/normalization.hpp"
#include "hpnas/data/split.hpp"

namespace hpnas {

/// What candidates are trained and judged on. Copies share the pixels.
struct ImageTask {
    ImageSubset train, validation;
    ImageSubset test;             ///< never seen by a search; may be empty
    Normalization normalization;  ///< of `train`

    const Shape& image_shape() const noexcept { return train.images->shape; }  ///< as stored, [H, W, C]
    std::int64_t n_classes() const noexcept { return train.images->n_classes(); }
};

/// A data set on disk. Made by name from YAML, e.g. {name: cifar10, path: data/cifar10, validation_images: 2000}.
class Dataset {
public:
    virtual ~Dataset() = default;
    /// Reads and checks everything. @throws DataError (no_input if files are missing)
    virtual ImageTask load() const = 0;
};

/// Every data set by name: cifar10, cifar100.
const Registry<Dataset>& datasets();

}  // namespace hpnas
