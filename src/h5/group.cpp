#include "hpnas/h5/group.hpp"

#include <algorithm>

#include "types.hpp"

namespace hpnas::h5 {
namespace {

constexpr std::size_t chunk_bytes = std::size_t{1} << 18;

/// Creation properties of a column: chunks of whole rows of about chunk_bytes, but no more than the data has.
hid_t column_properties(std::span<const std::uint64_t> sizes, std::size_t element_bytes) {
    std::vector<hsize_t> chunk(sizes.begin(), sizes.end());
    std::size_t row_bytes = element_bytes;
    for (std::size_t i = 1; i < chunk.size(); ++i) {
        chunk[i] = std::max<hsize_t>(1, chunk[i]);
        row_bytes *= chunk[i];
    }
    const std::size_t rows = std::max<std::size_t>(1, chunk_bytes / row_bytes);
    chunk[0] = std::clamp<hsize_t>(sizes[0], 1, rows);
    const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(properties, static_cast<int>(chunk.size()), chunk.data());
    H5Pset_shuffle(properties);
    H5Pset_deflate(properties, 4);
    H5Pset_fletcher32(properties);
    H5Pset_obj_track_times(properties, false);
    return properties;
}

hid_t column_space(std::span<const std::uint64_t> sizes) {
    const std::vector<hsize_t> now(sizes.begin(), sizes.end());
    std::vector<hsize_t> most = now;
    most[0] = H5S_UNLIMITED;
    return H5Screate_simple(static_cast<int>(now.size()), now.data(), most.data());
}

hid_t write_column(hid_t group, const std::string& name, std::span<const std::uint64_t> sizes, hid_t stored,
                   hid_t memory, const void* values) {
    const Scoped properties(column_properties(sizes, H5Tget_size(stored)), H5Pclose);
    const Scoped space(column_space(sizes), H5Sclose);
    const hid_t dataset = H5Dcreate2(group, name.c_str(), stored, space, H5P_DEFAULT, properties, H5P_DEFAULT);
    if (dataset < 0 || values == nullptr || H5Sget_simple_extent_npoints(space) == 0) return dataset;
    if (H5Dwrite(dataset, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0) return dataset;
    H5Dclose(dataset);
    return -1;
}

}  // namespace

std::string Group::where_of(const std::string& name) const {
    return where() + (where().ends_with('/') ? "" : "/") + name;
}

Group Group::create_group(const std::string& name) {
    const Scoped properties(H5Pcreate(H5P_GROUP_CREATE), H5Pclose);
    H5Pset_obj_track_times(properties, false);
    const hid_t group = H5Gcreate2(id(), name.c_str(), H5P_DEFAULT, properties, H5P_DEFAULT);
    if (group < 0) fail("cannot create group '" + name + "'");
    return {Handle(group, H5Gclose), where_of(name)};
}

Group Group::group(const std::string& name) const {
    if (!contains(name)) fail("has no group '" + name + "'", ExitCode::data);
    const hid_t group = H5Gopen2(id(), name.c_str(), H5P_DEFAULT);
    if (group < 0) fail("'" + name + "' is no group", ExitCode::data);
    return {Handle(group, H5Gclose), where_of(name)};
}

Dataset Group::dataset(const std::string& name) const {
    if (!contains(name)) fail("has no dataset '" + name + "'", ExitCode::data);
    const hid_t dataset = H5Dopen2(id(), name.c_str(), H5P_DEFAULT);
    if (dataset < 0) fail("'" + name + "' is no dataset", ExitCode::data);
    return {Handle(dataset, H5Dclose), where_of(name)};
}

bool Group::contains(const std::string& name) const {
    // H5Lexists wants every link on the way to exist.
    for (std::size_t slash = name.find('/'); slash != std::string::npos; slash = name.find('/', slash + 1))
        if (slash > 0 && H5Lexists(id(), name.substr(0, slash).c_str(), H5P_DEFAULT) <= 0) return false;
    return H5Lexists(id(), name.c_str(), H5P_DEFAULT) > 0;
}

std::vector<std::string> Group::names() const {
    std::vector<std::string> names;
    H5Literate(
        id(), H5_INDEX_NAME, H5_ITER_INC, nullptr,
        [](hid_t, const char* name, const H5L_info_t*, void* out) -> herr_t {
            static_cast<std::vector<std::string>*>(out)->emplace_back(name);
            return 0;
        },
        &names);
    return names;
}

bool Group::is_group(const std::string& name) const {
    const Scoped object(H5Oopen(id(), name.c_str(), H5P_DEFAULT), H5Oclose);
    return object >= 0 && H5Iget_type(object) == H5I_GROUP;
}

template <class T>
Dataset Group::write(const std::string& name, std::span<const T> values, std::span<const std::uint64_t> sizes) {
    std::uint64_t count = 1;
    for (const std::uint64_t size : sizes) count *= size;
    if (sizes.empty() || count != values.size()) fail("'" + name + "': sizes do not match the number of values");
    const hid_t dataset = write_column(id(), name, sizes, stored_type<T>(), native_type<T>(), values.data());
    if (dataset < 0) fail("cannot write dataset '" + name + "'");
    return {Handle(dataset, H5Dclose), where_of(name)};
}

Dataset Group::write_texts(const std::string& name, std::span<const std::string> texts) {
    const PackedTexts packed = pack(texts);
    const Scoped type(make_text_type(packed.length), H5Tclose);
    const std::uint64_t size = texts.size();
    const hid_t dataset = write_column(id(), name, std::span(&size, 1), type, type, packed.bytes.data());
    if (dataset < 0) fail("cannot write dataset '" + name + "'");
    return {Handle(dataset, H5Dclose), where_of(name)};
}

template Dataset Group::write(const std::string&, std::span<const double>, std::span<const std::uint64_t>);
template Dataset Group::write(const std::string&, std::span<const float>, std::span<const std::uint64_t>);
template Dataset Group::write(const std::string&, std::span<const std::int64_t>, std::span<const std::uint64_t>);
template Dataset Group::write(const std::string&, std::span<const std::int32_t>, std::span<const std::uint64_t>);
template Dataset Group::write(const std::string&, std::span<const std::int16_t>, std::span<const std::uint64_t>);
template Dataset Group::write(const std::string&, std::span<const std::uint8_t>, std::span<const std::uint64_t>);

}  // namespace hpnas::h5
