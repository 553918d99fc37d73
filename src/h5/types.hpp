#pragma once
#include <hdf5.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace hpnas::h5 {

/// HDF5's name of a C++ number type in memory.
template <class T>
hid_t native_type() {
    if constexpr (std::is_same_v<T, double>) return H5T_NATIVE_DOUBLE;
    if constexpr (std::is_same_v<T, float>) return H5T_NATIVE_FLOAT;
    if constexpr (std::is_same_v<T, std::int64_t>) return H5T_NATIVE_INT64;
    if constexpr (std::is_same_v<T, std::int32_t>) return H5T_NATIVE_INT32;
    if constexpr (std::is_same_v<T, std::int16_t>) return H5T_NATIVE_INT16;
    if constexpr (std::is_same_v<T, std::uint8_t>) return H5T_NATIVE_UINT8;
}

/// The type in files: little-endian on every machine.
template <class T>
hid_t stored_type() {
    if constexpr (std::is_same_v<T, double>) return H5T_IEEE_F64LE;
    if constexpr (std::is_same_v<T, float>) return H5T_IEEE_F32LE;
    if constexpr (std::is_same_v<T, std::int64_t>) return H5T_STD_I64LE;
    if constexpr (std::is_same_v<T, std::int32_t>) return H5T_STD_I32LE;
    if constexpr (std::is_same_v<T, std::int16_t>) return H5T_STD_I16LE;
    if constexpr (std::is_same_v<T, std::uint8_t>) return H5T_STD_U8LE;
}

/// Owns an identifier for the length of a scope.
class Scoped {
public:
    Scoped(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {}
    ~Scoped() {
        if (id_ >= 0) close_(id_);
    }
    Scoped(const Scoped&) = delete;
    Scoped& operator=(const Scoped&) = delete;
    operator hid_t() const noexcept { return id_; }

private:
    hid_t id_;
    herr_t (*close_)(hid_t);
};

/// UTF-8 text of fixed length, zero-padded. @param length  at least 1 (HDF5 knows no empty string type), or
/// H5T_VARIABLE
hid_t make_text_type(std::size_t length);

/// Fixed-length records, one per text, and their length.
struct PackedTexts {
    std::string bytes;
    std::size_t length = 1;
};
PackedTexts pack(std::span<const std::string> texts);
std::vector<std::string> unpack(std::string_view bytes, std::size_t length);

}  // namespace hpnas::h5
