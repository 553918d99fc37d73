#pragma once
#include <cstdint>
#include <string>
#include <utility>

#include "hpnas/data/dataset.hpp"
#include "hpnas/data/labelled_files.hpp"
#include "hpnas/data/labelled_images.hpp"

namespace hpnas {

struct ImageFolderOptions {
    std::string path;
    FileColumns columns;
    ImageFileOptions files;
    SplitOptions split;

    void visit(OptionVisitor& v) {
        OptionInfo where{
            "path",
            "folder with one sub-folder per class (or train, validation, test of such), CSV file that lists "
            "files, or a file that `hpnas data pack` made"};
        where.required = true;
        v.text(where, path);
        columns.visit(v);
        v.integer({"size", "decode all images at once, to size x size pixels in memory; 0: whenever they are needed", 0,
                   4096},
                  files.size);
        v.number({"centre",
                  "part of the largest centred window that is looked at without random crops (0.875 is usual for "
                  "ImageNet)",
                  0.1, 1},
                 files.centre);
        v.integer({"decode_threads", "threads that decode ahead", 1, 256}, files.threads);
        split.visit(v);
    }
};

/// Images of the user's own: JPEG and PNG files, or a packed file.
class Images final : public Dataset {
public:
    explicit Images(ImageFolderOptions options) : options_(std::move(options)) {}
    Task load() const override;

private:
    ImageFolderOptions options_;
};

/// The task of these parts; if there is no validation part, training images are held out for it. Notes say which
/// classes are never seen in training.
ImageTask make_image_task(ImageParts parts, const SplitOptions& split);

}  // namespace hpnas
