#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hpnas/config/options.hpp"

namespace hpnas {

/// A file of images or sound and its label as text.
struct LabelledFile {
    std::string path, label;
    std::string where;  ///< the file, or the line of the list that names it; for messages
};

/// What one source divides into. Parts that a source does not have are empty.
struct FileParts {
    std::vector<LabelledFile> train, validation, test;
    std::string source;
    std::vector<std::string> notes;  ///< files that were left out
};

/// Columns of a CSV file that lists files.
struct FileColumns {
    std::string file = "file", label = "label", split = "split";

    void visit(OptionVisitor& v) {
        v.text({"file_column", "CSV: column of the files, relative to the CSV file"}, file);
        v.text({"label_column", "CSV: column of the classes"}, label);
        v.text({"split_column", "CSV: column that says train, validation or test; all are to train if there is none"},
               split);
    }
};

/// Files by class, sorted: of a folder with one sub-folder per class, or with folders train, validation (or val) and
/// test of such; or of a CSV file. A folder's files with other `endings` (lower case, with their dot) are left out and
/// noted.
/// @throws DataError (no_input if `path` is missing) for a part without files, an unknown split, or an empty cell
FileParts list_files(const std::string& path, std::span<const std::string_view> endings,
                     const FileColumns& columns = {});

/// Reads every file by `read`, on all OpenMP threads; files for which it throws a DataError are left out if `skip`.
/// @return what was said about each of those   @throws DataError about the first of them unless `skip`
std::vector<std::string> check_files(FileParts& files, const std::function<void(const LabelledFile&)>& read, bool skip);

/// Position of `label` in `classes`. @throws DataError saying that it is never seen in training
std::int64_t class_of(const std::string& label, const std::vector<std::string>& classes, const std::string& where);

}  // namespace hpnas
