#include "hpnas/data/cifar_dataset.hpp"

namespace hpnas {

const Registry<Dataset>& datasets() {
    static const Registry<Dataset> registry(
        "data",
        {registry_entry<Dataset, Cifar10, CifarOptions>("cifar10", "CIFAR-10, binary version: 32 x 32 RGB, 10 classes"),
         registry_entry<Dataset, Cifar100, CifarOptions>("cifar100",
                                                         "CIFAR-100, binary version: 32 x 32 RGB, 100 classes")});
    return registry;
}

}  // namespace hpnas
