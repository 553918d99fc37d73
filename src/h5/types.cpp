#include "types.hpp"

#include <algorithm>

namespace hpnas::h5 {

hid_t make_text_type(std::size_t length) {
    const hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, length);
    H5Tset_cset(type, H5T_CSET_UTF8);
    H5Tset_strpad(type, H5T_STR_NULLPAD);
    return type;
}

PackedTexts pack(std::span<const std::string> texts) {
    PackedTexts packed;
    for (const std::string& text : texts) packed.length = std::max(packed.length, text.size());
    packed.bytes.assign(packed.length * texts.size(), '\0');
    for (std::size_t i = 0; i < texts.size(); ++i)
        texts[i].copy(packed.bytes.data() + i * packed.length, texts[i].size());
    return packed;
}

std::vector<std::string> unpack(std::string_view bytes, std::size_t length) {
    std::vector<std::string> texts;
    for (std::size_t at = 0; at + length <= bytes.size(); at += length) {
        const std::string_view record = bytes.substr(at, length);
        texts.emplace_back(record.substr(0, record.find('\0')));
    }
    return texts;
}

}  // namespace hpnas::h5
