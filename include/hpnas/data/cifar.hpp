#pragma once
#include <string>

#include "hpnas/data/image_set.hpp"

namespace hpnas {

/// The CIFAR binary layouts. cifar10: 1 label byte, then 3072 bytes (red, green, blue planes of 32 x 32) per record,
/// files data_batch_1.bin ... (as many as there are) and test_batch.bin. cifar100: coarse label, fine label (used),
/// 3072 bytes; files train.bin and test.bin. Source: Krizhevsky, Learning multiple layers of features from tiny images,
/// 2009.
enum class CifarKind { cifar10, cifar100 };

/// Training images of a folder, in the order of the files' numbers.
/// @throws DataError(no_input) if the folder or its training files are missing; DataError(data) naming file and record
/// for a
///         file that is empty or no whole number of records, or a label out of range.
ImageSet load_cifar_train(const std::string& folder, CifarKind kind = CifarKind::cifar10);
/// Test images; an empty set (but with shape and classes) if the folder has no test file.
ImageSet load_cifar_test(const std::string& folder, CifarKind kind = CifarKind::cifar10);

}  // namespace hpnas
