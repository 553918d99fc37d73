#pragma once
#include <functional>
#include <string>

#include "hpnas/h5/group.hpp"

namespace hpnas::h5 {

/// An HDF5 file; closed when it and everything opened from it are gone. HDF5 is used from one thread at a time.
class File {
public:
    /// A new file; an old one is overwritten. @throws StoreError (cannot_create)
    static File create(const std::string& path);
    /// Opens to read. @throws StoreError: no_input if missing, data if it is no HDF5 file or damaged
    static File open(const std::string& path);

    Group root() const;
    /// Hands everything written to the operating system. @throws StoreError (io), e.g. if the disk is full
    void flush();
    const std::string& path() const noexcept { return path_; }

private:
    File(Handle handle, std::string path) : handle_(std::move(handle)), path_(std::move(path)) {}
    Handle handle_;
    std::string path_;
};

/// Writes a file that readers see whole or not at all: `write` fills path + ".tmp", which is synced to the disk and
/// renamed to `path`, and the directory is synced. An earlier file stays as it is until then, also if anything fails.
/// @throws StoreError (cannot_create, io), and whatever `write` throws
void publish(const std::string& path, const std::function<void(File&)>& write);

/// "1.10.8".
std::string library_version();

}  // namespace hpnas::h5
