#include "hpnas/h5/dataset.hpp"

#include <hdf5_hl.h>

#include "types.hpp"

namespace hpnas::h5 {
namespace {

std::size_t count(const std::vector<std::uint64_t>& sizes) {
    std::size_t product = 1;
    for (const std::uint64_t size : sizes) product *= size;
    return product;
}

}  // namespace

std::vector<std::uint64_t> Dataset::sizes() const {
    const Scoped space(H5Dget_space(id()), H5Sclose);
    std::vector<hsize_t> sizes(static_cast<std::size_t>(H5Sget_simple_extent_ndims(space)));
    H5Sget_simple_extent_dims(space, sizes.data(), nullptr);
    return {sizes.begin(), sizes.end()};
}

bool Dataset::is_text() const {
    const Scoped type(H5Dget_type(id()), H5Tclose);
    return H5Tget_class(type) == H5T_STRING;
}

template <class T>
std::vector<T> Dataset::read() const {
    if (is_text()) fail("expected numbers, got text", ExitCode::data);
    std::vector<T> values(count(sizes()));
    if (!values.empty() && H5Dread(id(), native_type<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0)
        fail("cannot be read: damaged (checksum) or no numbers", ExitCode::data);
    return values;
}

std::vector<std::string> Dataset::read_texts() const {
    const Scoped type(H5Dget_type(id()), H5Tclose);
    if (H5Tget_class(type) != H5T_STRING || H5Tis_variable_str(type) > 0)
        fail("expected text of fixed length", ExitCode::data);
    const std::size_t length = H5Tget_size(type);
    std::string bytes(count(sizes()) * length, '\0');
    if (!bytes.empty() && H5Dread(id(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()) < 0)
        fail("cannot be read: damaged (checksum)", ExitCode::data);
    return unpack(bytes, length);
}

void Dataset::make_scale(const std::string& name) {
    if (H5DSset_scale(id(), name.c_str()) < 0) fail("cannot become a dimension scale");
}

void Dataset::attach_scale(unsigned dimension, const Dataset& scale) {
    if (H5DSattach_scale(id(), scale.id(), dimension) < 0) fail("cannot take " + scale.where() + " as dimension scale");
}

template std::vector<double> Dataset::read() const;
template std::vector<float> Dataset::read() const;
template std::vector<std::int64_t> Dataset::read() const;
template std::vector<std::int32_t> Dataset::read() const;
template std::vector<std::int16_t> Dataset::read() const;
template std::vector<std::uint8_t> Dataset::read() const;

}  // namespace hpnas::h5
