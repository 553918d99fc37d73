#include "hpnas/h5/object.hpp"

#include <algorithm>

#include "hpnas/core/error.hpp"
#include "types.hpp"

namespace hpnas::h5 {
namespace {

constexpr std::size_t longest_fixed = 60000;  // an attribute has room for 64 KiB; texts of variable length lie outside

/// Writes an attribute, replacing an earlier one. @return false if HDF5 refuses
bool write_attribute(hid_t object, const std::string& name, hid_t stored, hid_t memory, hid_t space,
                     const void* values) {
    if (H5Aexists(object, name.c_str()) > 0) H5Adelete(object, name.c_str());
    const Scoped attribute(H5Acreate2(object, name.c_str(), stored, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
    return attribute >= 0 && H5Awrite(attribute, memory, values) >= 0;
}

hid_t simple_space(std::size_t size) {
    const hsize_t count = size;
    return H5Screate_simple(1, &count, nullptr);
}

}  // namespace

Handle::Handle(std::int64_t id, int (*close)(std::int64_t))
    : id_(new std::int64_t(id), [close](const std::int64_t* held) {
          close(*held);
          delete held;
      }) {}

void Object::fail(const std::string& what, ExitCode code) const { throw StoreError(where_ + ": " + what, code); }

void Object::set(const std::string& name, std::string_view text) {
    if (text.size() > longest_fixed) {
        const Scoped type(make_text_type(H5T_VARIABLE), H5Tclose), space(H5Screate(H5S_SCALAR), H5Sclose);
        const std::string bytes(text);
        const char* const start = bytes.c_str();
        if (!write_attribute(id(), name, type, type, space, &start)) fail("cannot write attribute '" + name + "'");
        return;
    }
    const Scoped type(make_text_type(std::max<std::size_t>(1, text.size())), H5Tclose);
    const Scoped space(H5Screate(H5S_SCALAR), H5Sclose);
    const std::string bytes = text.empty() ? std::string(1, '\0') : std::string(text);
    if (!write_attribute(id(), name, type, type, space, bytes.data())) fail("cannot write attribute '" + name + "'");
}

void Object::set(const std::string& name, std::int64_t value) {
    const Scoped space(H5Screate(H5S_SCALAR), H5Sclose);
    if (!write_attribute(id(), name, stored_type<std::int64_t>(), native_type<std::int64_t>(), space, &value))
        fail("cannot write attribute '" + name + "'");
}

void Object::set(const std::string& name, double value) {
    const Scoped space(H5Screate(H5S_SCALAR), H5Sclose);
    if (!write_attribute(id(), name, stored_type<double>(), native_type<double>(), space, &value))
        fail("cannot write attribute '" + name + "'");
}

void Object::set(const std::string& name, std::span<const std::int64_t> values) {
    const Scoped space(simple_space(values.size()), H5Sclose);
    if (!write_attribute(id(), name, stored_type<std::int64_t>(), native_type<std::int64_t>(), space, values.data()))
        fail("cannot write attribute '" + name + "'");
}

void Object::set(const std::string& name, std::span<const double> values) {
    const Scoped space(simple_space(values.size()), H5Sclose);
    if (!write_attribute(id(), name, stored_type<double>(), native_type<double>(), space, values.data()))
        fail("cannot write attribute '" + name + "'");
}

void Object::set(const std::string& name, std::span<const std::string> values) {
    const PackedTexts packed = pack(values);
    const Scoped type(make_text_type(packed.length), H5Tclose);
    const Scoped space(simple_space(values.size()), H5Sclose);
    if (!write_attribute(id(), name, type, type, space, packed.bytes.data()))
        fail("cannot write attribute '" + name + "'");
}

bool Object::has(const std::string& name) const { return H5Aexists(id(), name.c_str()) > 0; }

std::vector<std::string> Object::attributes() const {
    std::vector<std::string> names;
    H5Aiterate2(
        id(), H5_INDEX_NAME, H5_ITER_INC, nullptr,
        [](hid_t, const char* name, const H5A_info_t*, void* out) -> herr_t {
            static_cast<std::vector<std::string>*>(out)->emplace_back(name);
            return 0;
        },
        &names);
    return names;
}

std::vector<std::int64_t> Object::integers(const std::string& name) const {
    const Scoped attribute(H5Aopen(id(), name.c_str(), H5P_DEFAULT), H5Aclose);
    if (attribute < 0) fail("has no attribute '" + name + "'", ExitCode::data);
    const Scoped space(H5Aget_space(attribute), H5Sclose);
    std::vector<std::int64_t> values(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space)));
    if (!values.empty() && H5Aread(attribute, native_type<std::int64_t>(), values.data()) < 0)
        fail("attribute '" + name + "' does not hold integers", ExitCode::data);
    return values;
}

std::vector<double> Object::numbers(const std::string& name) const {
    const Scoped attribute(H5Aopen(id(), name.c_str(), H5P_DEFAULT), H5Aclose);
    if (attribute < 0) fail("has no attribute '" + name + "'", ExitCode::data);
    const Scoped space(H5Aget_space(attribute), H5Sclose);
    std::vector<double> values(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space)));
    if (!values.empty() && H5Aread(attribute, native_type<double>(), values.data()) < 0)
        fail("attribute '" + name + "' does not hold numbers", ExitCode::data);
    return values;
}

std::vector<std::string> Object::texts(const std::string& name) const {
    const Scoped attribute(H5Aopen(id(), name.c_str(), H5P_DEFAULT), H5Aclose);
    if (attribute < 0) fail("has no attribute '" + name + "'", ExitCode::data);
    const Scoped type(H5Aget_type(attribute), H5Tclose);
    if (H5Tget_class(type) != H5T_STRING) fail("attribute '" + name + "' does not hold text", ExitCode::data);
    const Scoped space(H5Aget_space(attribute), H5Sclose);
    const auto count = static_cast<std::size_t>(H5Sget_simple_extent_npoints(space));
    if (H5Tis_variable_str(type) > 0) {
        std::vector<char*> starts(count, nullptr);
        if (count > 0 && H5Aread(attribute, type, starts.data()) < 0)
            fail("cannot read attribute '" + name + "'", ExitCode::data);
        std::vector<std::string> texts;
        for (const char* start : starts) texts.emplace_back(start != nullptr ? start : "");
        H5Dvlen_reclaim(type, space, H5P_DEFAULT, starts.data());
        return texts;
    }
    const std::size_t length = H5Tget_size(type);
    std::string bytes(count * length, '\0');
    if (count > 0 && H5Aread(attribute, type, bytes.data()) < 0)
        fail("cannot read attribute '" + name + "'", ExitCode::data);
    return unpack(bytes, length);
}

std::string Object::text(const std::string& name) const {
    const auto all = texts(name);
    if (all.size() != 1)
        fail("attribute '" + name + "': expected one text, got " + std::to_string(all.size()), ExitCode::data);
    return all.front();
}

std::int64_t Object::integer(const std::string& name) const {
    const auto all = integers(name);
    if (all.size() != 1)
        fail("attribute '" + name + "': expected one integer, got " + std::to_string(all.size()), ExitCode::data);
    return all.front();
}

double Object::number(const std::string& name) const {
    const auto all = numbers(name);
    if (all.size() != 1)
        fail("attribute '" + name + "': expected one number, got " + std::to_string(all.size()), ExitCode::data);
    return all.front();
}

}  // namespace hpnas::h5
