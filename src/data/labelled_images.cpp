#include "hpnas/data/labelled_images.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "hpnas/data/labelled_texts.hpp"
#include "hpnas/data/resample_image.hpp"
#include "parallel.hpp"

namespace hpnas {
namespace {

ImageSet read_part(const std::vector<LabelledFile>& part, const std::vector<std::string>& classes,
                   const std::string& source, const ImageFileOptions& options) {
    auto files = std::make_shared<ImageFiles>();
    files->centre = options.centre;
    files->threads = options.threads;
    ImageSet set;
    set.shape = {0, 0, 3};
    set.classes = classes;
    set.source = source;
    for (const LabelledFile& file : part) {
        files->names.push_back(file.path);
        set.labels.push_back(class_of(file.label, classes, file.where));
    }
    set.files = std::move(files);
    return options.size > 0 ? decode_all(set, options.size) : set;
}

}  // namespace

ImageParts read_images(const FileParts& files, const ImageFileOptions& options) {
    std::vector<std::string> labels;
    for (const LabelledFile& file : files.train) labels.push_back(file.label);
    const std::vector<std::string> classes = sorted_labels(std::move(labels));
    return {read_part(files.train, classes, files.source, options),
            read_part(files.validation, classes, files.source, options),
            read_part(files.test, classes, files.source, options)};
}

ImageSet decode_all(const ImageSet& set, std::int64_t size) {
    ImageSet decoded = set;
    decoded.files = nullptr;
    decoded.shape = {size, size, 3};
    decoded.pixels.resize(static_cast<std::size_t>(set.size() * decoded.shape.count()));
    parallel_for(set.size(), [&](std::int64_t i) {
        const Pixels image = set.files->decode(i);
        const ImageWindow window = centre_window(image.height, image.width, size, size, set.files->centre);
        const std::vector<std::uint8_t> small = resample_image(image.view(), window, size, size);
        std::copy(small.begin(), small.end(), decoded.pixels.begin() + i * decoded.shape.count());
    });
    return decoded;
}

std::span<const std::string_view> image_endings() noexcept {
    static constexpr std::array<std::string_view, 3> endings{".jpg", ".jpeg", ".png"};
    return endings;
}

}  // namespace hpnas
