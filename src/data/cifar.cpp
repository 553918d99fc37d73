#include "hpnas/data/cifar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string_view>
#include <system_error>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t side = 32, channels = 3, plane = side * side, pixel_bytes = plane * channels;

std::int64_t label_bytes(CifarKind kind) { return kind == CifarKind::cifar10 ? 1 : 2; }

std::vector<std::string> class_names(CifarKind kind) {
    if (kind == CifarKind::cifar10)
        return {"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"};
    std::vector<std::string> names;
    for (int i = 0; i < 100; ++i) names.push_back(fmt::format("class{}", i));
    return names;
}

ImageSet empty_set(CifarKind kind) {
    ImageSet set;
    set.shape = Shape{side, side, channels};
    set.classes = class_names(kind);
    return set;
}

std::vector<std::uint8_t> read_file(const fs::path& path) {
    std::error_code error;
    const auto size = fs::file_size(path, error);
    std::ifstream in(path, std::ios::binary);
    if (error || !in) throw DataError(fmt::format("{}: cannot be read", path.string()), ExitCode::no_input);
    std::vector<std::uint8_t> bytes(size);
    in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (in.gcount() != static_cast<std::streamsize>(bytes.size()))
        throw DataError(fmt::format("{}: expected {} bytes, got {}", path.string(), bytes.size(), in.gcount()));
    return bytes;
}

/// planes [3, 32, 32] -> dst [32, 32, 3]
void interleave(const std::uint8_t* planes, std::uint8_t* dst) {
    for (std::int64_t i = 0; i < plane; ++i)
        for (std::int64_t c = 0; c < channels; ++c) dst[i * channels + c] = planes[c * plane + i];
}

void append_file(const fs::path& path, CifarKind kind, ImageSet& set) {
    const std::vector<std::uint8_t> bytes = read_file(path);
    const std::int64_t record = label_bytes(kind) + pixel_bytes;
    const auto size = static_cast<std::int64_t>(bytes.size());
    if (size == 0 || size % record != 0)
        throw DataError(fmt::format("{}: record {}: expected {} bytes, got {}; the file is truncated or no CIFAR file",
                                    path.string(), size / record, record, size % record));
    const std::int64_t first = set.size(), n = size / record;
    set.pixels.resize(static_cast<std::size_t>((first + n) * pixel_bytes));
    for (std::int64_t i = 0; i < n; ++i) {
        const std::uint8_t* src = bytes.data() + i * record;
        const std::int64_t label = src[label_bytes(kind) - 1];
        if (label >= set.n_classes())
            throw DataError(fmt::format("{}: record {}: expected a label in [0, {}], got {}", path.string(), i,
                                        set.n_classes() - 1, label));
        set.labels.push_back(label);
        interleave(src + label_bytes(kind), set.pixels.data() + (first + i) * pixel_bytes);
    }
    set.source += (set.source.empty() ? "" : ", ") + path.string();
}

/// k of "data_batch_<k>.bin".
std::optional<int> batch_number(std::string_view file) {
    constexpr std::string_view prefix = "data_batch_", suffix = ".bin";
    if (!file.starts_with(prefix) || !file.ends_with(suffix) || file.size() <= prefix.size() + suffix.size()) return {};
    const std::string_view digits = file.substr(prefix.size(), file.size() - prefix.size() - suffix.size());
    int number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc{} || end != digits.data() + digits.size()) return {};
    return number;
}

std::map<int, fs::path> train_files(const std::string& folder, CifarKind kind) {
    std::map<int, fs::path> files;
    if (kind == CifarKind::cifar100) {
        if (fs::exists(fs::path(folder) / "train.bin")) files[1] = fs::path(folder) / "train.bin";
        return files;
    }
    std::error_code error;
    const fs::directory_iterator entries(folder, error);
    if (error) throw DataError(fmt::format("{}: {}", folder, error.message()), ExitCode::no_input);
    for (const fs::directory_entry& entry : entries)
        if (const std::optional<int> number = batch_number(entry.path().filename().string()))
            files[*number] = entry.path();
    return files;
}

void check_folder(const std::string& folder) {
    if (!fs::is_directory(folder))
        throw DataError(fmt::format("{}: expected a folder with CIFAR's binary files, found none", folder),
                        ExitCode::no_input);
}

}  // namespace

ImageSet load_cifar_train(const std::string& folder, CifarKind kind) {
    check_folder(folder);
    const std::map<int, fs::path> files = train_files(folder, kind);
    if (files.empty())
        throw DataError(fmt::format("{}: found no {}; expected the binary version of the data set", folder,
                                    kind == CifarKind::cifar10 ? "data_batch_*.bin" : "train.bin"),
                        ExitCode::no_input);
    ImageSet set = empty_set(kind);
    for (const auto& [number, path] : files) append_file(path, kind, set);
    return set;
}

ImageSet load_cifar_test(const std::string& folder, CifarKind kind) {
    check_folder(folder);
    ImageSet set = empty_set(kind);
    const fs::path path = fs::path(folder) / (kind == CifarKind::cifar10 ? "test_batch.bin" : "test.bin");
    if (fs::exists(path)) append_file(path, kind, set);
    return set;
}

}  // namespace hpnas
