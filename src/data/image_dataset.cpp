#include "hpnas/data/image_dataset.hpp"

#include <fmt/format.h>

#include <memory>
#include <vector>

#include "hpnas/data/packed_file.hpp"

namespace hpnas {
namespace {

/// Which images are trained on; the others are held out.
Split divide(std::shared_ptr<const ImageSet> train, SplitOptions options, bool has_validation) {
    const std::int64_t n = train->size();
    if (!has_validation) return stratified_split(std::move(train), options);
    if (options.train_images == 0 || options.train_images >= n) return {whole(std::move(train)), {}};
    options.validation_images = n - options.train_images;
    return stratified_split(std::move(train), options);
}

}  // namespace

ImageTask make_image_task(ImageParts parts, const SplitOptions& split) {
    const bool has_validation = parts.validation.size() > 0;
    Split divided = divide(std::make_shared<const ImageSet>(std::move(parts.train)), split, has_validation);
    ImageTask task;
    task.train = std::move(divided.train);
    task.validation = has_validation ? whole(std::make_shared<const ImageSet>(std::move(parts.validation)))
                                     : std::move(divided.validation);
    task.test = whole(std::make_shared<const ImageSet>(std::move(parts.test)));
    task.normalization = measure_normalization(task.train);
    note_unseen_classes(task);
    return task;
}

Task Images::load() const {
    if (is_packed(options_.path))
        return make_image_task(read_packed_images(options_.path, options_.files), options_.split);
    const FileParts files = list_files(options_.path, image_endings(), options_.columns);
    ImageTask task = make_image_task(read_images(files, options_.files), options_.split);
    task.notes.insert(task.notes.begin(), files.notes.begin(), files.notes.end());
    return task;
}

}  // namespace hpnas
