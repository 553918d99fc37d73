#pragma once
#include "hpnas/config/registry.hpp"
#include "hpnas/data/split.hpp"
#include "hpnas/data/task.hpp"

namespace hpnas {

/// A data set on disk. Made by name from YAML, e.g. {name: cifar10, path: data/cifar10, validation_images: 2000}.
class Dataset {
public:
    virtual ~Dataset() = default;
    /// Reads and checks everything. @throws DataError (no_input if files are missing)
    virtual Task load() const = 0;
};

/// Every data set by name.
const Registry<Dataset>& datasets();

}  // namespace hpnas
