#include "hpnas/data/cifar_dataset.hpp"

namespace hpnas {

Task CifarDataset::load() const {
    ImageTask task;
    Split split =
        stratified_split(std::make_shared<const ImageSet>(load_cifar_train(options_.path, kind_)), options_.split);
    task.train = std::move(split.train);
    task.validation = std::move(split.validation);
    task.test = whole(std::make_shared<const ImageSet>(load_cifar_test(options_.path, kind_)));
    task.normalization = measure_normalization(task.train);
    note_unseen_classes(task);
    return task;
}

}  // namespace hpnas
