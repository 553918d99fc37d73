#pragma once
#include <string>
#include <vector>

#include "hpnas/h5/object.hpp"

namespace hpnas::h5 {

/// A stored array.
class Dataset : public Object {
public:
    std::vector<std::uint64_t> sizes() const;
    /// All values in row-major order, converted to T if stored as another number type. T as in Group::write.
    /// @throws StoreError if a chunk's checksum is wrong, or the values are no numbers
    template <class T>
    std::vector<T> read() const;
    std::vector<std::string> read_texts() const;
    bool is_text() const;

    /// Makes this a dimension scale (an axis that other datasets share), called `name`.
    void make_scale(const std::string& name);
    /// Says that dimension `dimension` of this dataset runs along `scale`.
    void attach_scale(unsigned dimension, const Dataset& scale);

private:
    friend class Group;
    Dataset(Handle handle, std::string where) : Object(std::move(handle), std::move(where)) {}
};

}  // namespace hpnas::h5
