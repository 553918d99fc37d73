#include "hpnas/h5/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "hpnas/core/error.hpp"
#include "types.hpp"

namespace hpnas::h5 {
namespace {

/// HDF5 prints its error stack to standard error unless told not to; our errors are exceptions.
void silence_library() { H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr); }

[[noreturn]] void fail(const std::string& path, const std::string& what, ExitCode code = ExitCode::io) {
    throw StoreError(fmt::format("{}: {}: {}", path, what, std::strerror(errno)), code);
}

void sync(const std::string& path, int flags) {
    const int descriptor = ::open(path.c_str(), flags);
    if (descriptor < 0) fail(path, "cannot open to sync");
    const int result = ::fsync(descriptor);
    ::close(descriptor);
    if (result != 0) fail(path, "cannot sync to disk");
}

}  // namespace

File File::create(const std::string& path) {
    silence_library();
    const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    if (file < 0)
        throw StoreError(path + ": cannot create HDF5 file (directory, permissions, disk space?)",
                         ExitCode::cannot_create);
    return {Handle(file, H5Fclose), path};
}

File File::open(const std::string& path) {
    silence_library();
    if (!std::filesystem::exists(path)) throw StoreError(path + ": no such file", ExitCode::no_input);
    const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
    if (file < 0)
        throw StoreError(
            path + ": no HDF5 file, damaged, or locked (if the file system refuses locks: HDF5_USE_FILE_LOCKING=FALSE)",
            ExitCode::data);
    return {Handle(file, H5Fclose), path};
}

Group File::root() const {
    const hid_t group = H5Gopen2(handle_.id(), "/", H5P_DEFAULT);
    if (group < 0) throw StoreError(path_ + ": damaged: no root group", ExitCode::data);
    return {Handle(group, H5Gclose), path_ + ": /"};
}

void File::flush() {
    if (H5Fflush(handle_.id(), H5F_SCOPE_GLOBAL) < 0) fail(path_, "cannot write (disk full, quota?)");
}

void publish(const std::string& path, const std::function<void(File&)>& write) {
    const std::string temporary = path + ".tmp";
    try {
        {
            File file = File::create(temporary);
            write(file);
            file.flush();
        }
        sync(temporary, O_RDWR);
        if (std::rename(temporary.c_str(), path.c_str()) != 0) fail(path, "cannot rename " + temporary);
    } catch (...) {
        ::unlink(temporary.c_str());
        throw;
    }
    const auto folder = std::filesystem::path(path).parent_path();
    sync(folder.empty() ? "." : folder.string(), O_RDONLY | O_DIRECTORY);
}

std::string library_version() {
    unsigned major = 0, minor = 0, release = 0;
    H5get_libversion(&major, &minor, &release);
    return fmt::format("{}.{}.{}", major, minor, release);
}

}  // namespace hpnas::h5
