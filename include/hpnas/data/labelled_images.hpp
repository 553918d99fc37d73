#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hpnas/data/image_set.hpp"
#include "hpnas/data/labelled_files.hpp"

namespace hpnas {

/// What one source divides into. Parts that a source does not have are empty; all have the classes of `train`.
struct ImageParts {
    ImageSet train, validation, test;
};

/// How image files become a set.
struct ImageFileOptions {
    std::int64_t size = 0;  ///< decoded at once to size x size pixels (the centre window); 0: whenever they are needed
    double centre = 1.0;    ///< as ImageFiles::centre
    std::int64_t threads = 2;  ///< as ImageFiles::threads
};

/// Image sets of the files; classes are the different labels of training files, sorted (as numbers, if all are whole
/// numbers). With a size, uses all OpenMP threads.
/// @throws DataError naming the file if one cannot be decoded, or has a class that no training image has
ImageParts read_images(const FileParts& files, const ImageFileOptions& options);

/// The images of a set of files, decoded to size x size pixels. @throws DataError naming the file
ImageSet decode_all(const ImageSet& set, std::int64_t size);

/// Endings of the files that list_files() looks for.
std::span<const std::string_view> image_endings() noexcept;

}  // namespace hpnas
