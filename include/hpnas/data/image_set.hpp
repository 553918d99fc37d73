#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "hpnas/core/shape.hpp"
#include "hpnas/data/image_files.hpp"

namespace hpnas {

/// Labelled images: pixels of one size, as they were stored (bytes, channels-last), or files of any sizes.
struct ImageSet {
    Shape shape;                                ///< of one image, [H, W, C]; [0, 0, 3] for files
    std::vector<std::uint8_t> pixels;           ///< [N, H, W, C]; empty for files
    std::vector<std::int64_t> labels;           ///< [N], each in [0, classes.size())
    std::vector<std::string> classes;           ///< names, by label
    std::string source;                         ///< the files it was read from, for provenance
    std::shared_ptr<const ImageFiles> files{};  ///< [N] in place of pixels

    std::int64_t size() const noexcept { return static_cast<std::int64_t>(labels.size()); }
    std::int64_t n_classes() const noexcept { return static_cast<std::int64_t>(classes.size()); }
    /// @pre the images are pixels
    const std::uint8_t* image(std::int64_t i) const noexcept { return pixels.data() + i * shape.count(); }
    /// Of shape, pixels (or ImageFiles::hash()) and labels; equal on every machine, so it may be stored. Cost: one pass
    /// over the pixels.
    std::uint64_t hash() const;
};

/// Some images of a set, in the order of `indices`. Copies share the pixels.
struct ImageSubset {
    std::shared_ptr<const ImageSet> images;
    std::vector<std::int64_t> indices;

    std::int64_t size() const noexcept { return static_cast<std::int64_t>(indices.size()); }
    std::int64_t label(std::int64_t i) const { return images->labels[at(i)]; }
    const std::uint8_t* image(std::int64_t i) const { return images->image(indices[static_cast<std::size_t>(i)]); }

private:
    std::size_t at(std::int64_t i) const { return static_cast<std::size_t>(indices[static_cast<std::size_t>(i)]); }
};

/// Every image of `images`.
ImageSubset whole(std::shared_ptr<const ImageSet> images);

}  // namespace hpnas
