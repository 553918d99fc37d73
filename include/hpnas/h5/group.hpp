#pragma once
#include <span>
#include <string>
#include <vector>

#include "hpnas/h5/dataset.hpp"

namespace hpnas::h5 {

/// A folder of a file. write() stores columns: chunked, first dimension extensible, shuffled, compressed (gzip 4), each
/// chunk with a checksum (fletcher32), no time stamps, so that equal contents give equal bytes.
class Group : public Object {
public:
    Group create_group(const std::string& name);
    /// @throws StoreError if it is missing
    Group group(const std::string& name) const;
    Dataset dataset(const std::string& name) const;
    /// Whether a group or dataset of this name (or path below here) is here.
    bool contains(const std::string& name) const;
    /// Groups and datasets, sorted.
    std::vector<std::string> names() const;
    bool is_group(const std::string& name) const;

    /// T: double, float, std::int64_t, std::int32_t, std::int16_t, std::uint8_t.
    /// @param sizes  dimensions, their product the number of values
    template <class T>
    Dataset write(const std::string& name, std::span<const T> values, std::span<const std::uint64_t> sizes);
    template <class T>
    Dataset write(const std::string& name, std::span<const T> values) {
        const std::uint64_t size = values.size();
        return write(name, values, std::span(&size, 1));
    }
    /// A column of UTF-8 strings of fixed length (that of the longest).
    Dataset write_texts(const std::string& name, std::span<const std::string> texts);

private:
    friend class File;
    Group(Handle handle, std::string where) : Object(std::move(handle), std::move(where)) {}
    std::string where_of(const std::string& name) const;
};

}  // namespace hpnas::h5
