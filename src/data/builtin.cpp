#include "hpnas/data/cifar_dataset.hpp"
#include "hpnas/data/image_dataset.hpp"
#include "hpnas/data/recording_dataset.hpp"
#include "hpnas/data/squad_dataset.hpp"
#include "hpnas/data/text_dataset.hpp"

namespace hpnas {

const Registry<Dataset>& datasets() {
    static const Registry<Dataset> registry(
        "data",
        {registry_entry<Dataset, Cifar10, CifarOptions>("cifar10", "CIFAR-10, binary version: 32 x 32 RGB, 10 classes"),
         registry_entry<Dataset, Cifar100, CifarOptions>("cifar100",
                                                         "CIFAR-100, binary version: 32 x 32 RGB, 100 classes"),
         registry_entry<Dataset, Images, ImageFolderOptions>(
             "images", "images of your own with classes: a folder of JPEG and PNG files, a CSV file or a packed one"),
         registry_entry<Dataset, Texts, TextFileOptions>("texts",
                                                         "texts of your own with classes: a CSV file or a packed one"),
         registry_entry<Dataset, Trec, TrecOptions>("trec", "TREC question classification: 6 classes"),
         registry_entry<Dataset, Squad, SquadOptions>("squad", "SQuAD v1.1: questions answered by spans of a context"),
         registry_entry<Dataset, Recordings, RecordingFileOptions>(
             "recordings",
             "recordings of your own with classes or sequences of them: a folder, a CSV file or a packed one"),
         registry_entry<Dataset, SpokenDigits, SpokenDigitOptions>("spoken_digits",
                                                                   "Free Spoken Digit Dataset: 10 classes, 6 speakers"),
         registry_entry<Dataset, DigitStrings, DigitStringDatasetOptions>(
             "digit_strings", "strings of spoken digits of one speaker, for CTC and decoders")});
    return registry;
}

}  // namespace hpnas
