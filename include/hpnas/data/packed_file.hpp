#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "hpnas/data/labelled_images.hpp"
#include "hpnas/data/labelled_recordings.hpp"
#include "hpnas/data/labelled_texts.hpp"

namespace hpnas {

/// Data sets as one HDF5 file each; src/data/FORMAT.md describes it. Files are written whole or not at all.

/// Whether `path` is meant as a packed file: a regular file ending in .h5 or .hdf5.
bool is_packed(const std::string& path);

void write_packed(const ImageParts& parts, const std::string& path);
void write_packed(const TextParts& parts, const std::string& path);
void write_packed(const RecordingParts& parts, const std::string& path);

/// @throws StoreError (no_input if missing) for a file that is damaged; DataError naming file, part and record for one
///         that is not packed, of another kind or version, or whose columns contradict each other (e.g. a label out of
///         range)
ImageParts read_packed_images(const std::string& path, const ImageFileOptions& options);
TextParts read_packed_texts(const std::string& path);
/// @throws as above; DataError if the rate is another one and may not be converted
RecordingParts read_packed_recordings(const std::string& path, std::int64_t rate, bool may_resample);

/// What a packed file holds, for people.
struct PackedSummary {
    struct Part {
        std::string name;
        std::int64_t examples = 0;
        std::vector<std::int64_t> per_class;  ///< sequences count in each of their classes
    };
    std::string kind, source;
    std::vector<std::string> classes;
    std::vector<std::string> facts;  ///< e.g. "pixels 32 x 32"
    std::vector<Part> parts;
};
PackedSummary summarize_packed(const std::string& path);

}  // namespace hpnas
