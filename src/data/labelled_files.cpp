#include "hpnas/data/labelled_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>

#include "hpnas/config/csv_table.hpp"
#include "hpnas/core/error.hpp"
#include "parallel.hpp"

namespace hpnas {
namespace {

namespace fs = std::filesystem;

std::string ending_of(const fs::path& path) {
    std::string ending = path.extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return ending;
}

/// Entries of a folder that are not hidden, sorted.
std::vector<fs::path> entries(const fs::path& folder) {
    std::vector<fs::path> result;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder))
        if (!entry.path().filename().string().starts_with('.')) result.push_back(entry.path());
    std::sort(result.begin(), result.end());
    return result;
}

class FolderLister {
public:
    FolderLister(const std::string& path, std::span<const std::string_view> endings) : root_(path), endings_(endings) {
        parts_.source = path;
    }

    FileParts list() {
        if (fs::is_directory(root_ / "train")) {
            list_part(root_ / "train", parts_.train);
            for (const char* name : {"validation", "val"})
                if (fs::is_directory(root_ / name)) list_part(root_ / name, parts_.validation);
            if (fs::is_directory(root_ / "test")) list_part(root_ / "test", parts_.test);
        } else {
            list_part(root_, parts_.train);
        }
        if (other_ > 0)
            parts_.notes.push_back(fmt::format("{}: {} files are of another kind and were left out, the first: {}",
                                               root_.string(), other_, first_other_));
        return std::move(parts_);
    }

private:
    void list_part(const fs::path& folder, std::vector<LabelledFile>& part) {
        for (const fs::path& sub_folder : entries(folder))
            if (fs::is_directory(sub_folder)) list_class(sub_folder, part);
        if (part.empty())
            throw DataError(fmt::format("{}: expected sub-folders, one per class, with files {}; found none",
                                        folder.string(), fmt::join(endings_, " ")),
                            ExitCode::no_input);
    }
    void list_class(const fs::path& folder, std::vector<LabelledFile>& part) {
        for (const fs::path& file : entries(folder)) {
            if (fs::is_directory(file)) {
                continue;
            } else if (std::find(endings_.begin(), endings_.end(), ending_of(file)) == endings_.end()) {
                if (other_++ == 0) first_other_ = file.string();
            } else {
                part.push_back({file.string(), folder.filename().string(), file.string()});
            }
        }
    }

    fs::path root_;
    std::span<const std::string_view> endings_;
    FileParts parts_;
    std::int64_t other_ = 0;
    std::string first_other_;
};

FileParts list_csv(const std::string& path, const FileColumns& columns) {
    const CsvTable table = CsvTable::load(path);
    const std::size_t file = table.column(columns.file), label = table.column(columns.label);
    const bool has_split =
        std::find(table.header().begin(), table.header().end(), columns.split) != table.header().end();
    FileParts parts;
    parts.source = path;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        for (const std::size_t column : {file, label})
            if (table.cell(row, column).empty())
                throw DataError(fmt::format("{}: expected a value, got nothing", table.where(row, column)));
        const std::string split = has_split ? table.cell(row, table.column(columns.split)) : "train";
        if (split != "train" && split != "validation" && split != "test")
            throw DataError(fmt::format("{}: expected train, validation or test, got '{}'",
                                        table.where(row, table.column(columns.split)), split));
        auto& part = split == "train" ? parts.train : split == "test" ? parts.test : parts.validation;
        part.push_back({(fs::path(path).parent_path() / table.cell(row, file)).string(), table.cell(row, label),
                        table.where(row, file)});
    }
    if (parts.train.empty()) throw DataError(fmt::format("{}: expected files to train on, got none", path));
    return parts;
}

}  // namespace

FileParts list_files(const std::string& path, std::span<const std::string_view> endings, const FileColumns& columns) {
    if (fs::is_directory(path)) return FolderLister(path, endings).list();
    return list_csv(path, columns);
}

std::vector<std::string> check_files(FileParts& files, const std::function<void(const LabelledFile&)>& read,
                                     bool skip) {
    std::vector<std::string> all;
    for (std::vector<LabelledFile>* part : {&files.train, &files.validation, &files.test}) {
        std::vector<std::string> messages(part->size());
        parallel_for(static_cast<std::int64_t>(part->size()), [&](std::int64_t i) {
            const auto k = static_cast<std::size_t>(i);
            try {
                read((*part)[k]);
            } catch (const DataError& error) {
                if (!skip) throw;
                messages[k] = error.what();
            }
        });
        std::vector<LabelledFile> good;
        for (std::size_t i = 0; i < part->size(); ++i)
            if (messages[i].empty())
                good.push_back(std::move((*part)[i]));
            else
                all.push_back(std::move(messages[i]));
        *part = std::move(good);
    }
    return all;
}

std::int64_t class_of(const std::string& label, const std::vector<std::string>& classes, const std::string& where) {
    const auto found = std::find(classes.begin(), classes.end(), label);
    if (found != classes.end()) return found - classes.begin();
    throw DataError(fmt::format("{}: the class '{}' is never seen in training", where, label));
}

}  // namespace hpnas
