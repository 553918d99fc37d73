#pragma once
#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "hpnas/core/error.hpp"

namespace hpnas {

static_assert(std::endian::native == std::endian::little, "journals and messages are little-endian");

/// Appends numbers (little-endian), text (u32 length, bytes) and vectors (u32 count, elements) to a byte string.
class ByteWriter {
public:
    template <class T>
    void number(T value) {
        static_assert(std::is_arithmetic_v<T>);
        char raw[sizeof(T)];
        std::memcpy(raw, &value, sizeof(T));
        bytes_.append(raw, sizeof(T));
    }
    void text(std::string_view value) {
        number(static_cast<std::uint32_t>(value.size()));
        bytes_.append(value);
    }
    template <class T>
    void vector(const std::vector<T>& values) {
        number(static_cast<std::uint32_t>(values.size()));
        for (const T& value : values) {
            if constexpr (std::is_arithmetic_v<T>) {
                number(value);
            } else {
                text(value);
            }
        }
    }
    const std::string& bytes() const noexcept { return bytes_; }

private:
    std::string bytes_;
};

/// Reads back what ByteWriter wrote. @throws StoreError(data) naming `where` if the bytes end too early.
class ByteReader {
public:
    ByteReader(std::string_view bytes, std::string_view where) : bytes_(bytes), where_(where) {}

    template <class T>
    T number() {
        static_assert(std::is_arithmetic_v<T>);
        T value;
        std::memcpy(&value, take(sizeof(T)).data(), sizeof(T));
        return value;
    }
    std::string text() { return std::string(take(number<std::uint32_t>())); }
    template <class T>
    std::vector<T> vector() {
        const auto count = number<std::uint32_t>();
        std::vector<T> values;
        for (std::uint32_t i = 0; i < count; ++i) {
            if constexpr (std::is_arithmetic_v<T>) {
                values.push_back(number<T>());
            } else {
                values.push_back(text());
            }
        }
        return values;
    }
    bool at_end() const noexcept { return bytes_.empty(); }

private:
    std::string_view take(std::size_t n) {
        if (n > bytes_.size())
            throw StoreError(std::string(where_) + ": expected " + std::to_string(n) + " more bytes, got " +
                                 std::to_string(bytes_.size()),
                             ExitCode::data);
        const std::string_view head = bytes_.substr(0, n);
        bytes_.remove_prefix(n);
        return head;
    }
    std::string_view bytes_;
    std::string_view where_;
};

}  // namespace hpnas
