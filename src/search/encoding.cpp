#include "hpnas/search/encoding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <limits>

#include "hpnas/core/error.hpp"
#include "hpnas/core/hash.hpp"

namespace hpnas {
namespace {

bool in_range(std::int16_t choice, const Decision& decision) noexcept {
    return choice >= 0 && static_cast<std::size_t>(choice) < decision.values.size();
}

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t");
    return first == text.npos ? std::string_view{} : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::int16_t parse_choice(std::string_view text, std::size_t slot) {
    const std::string_view digits = trimmed(text);
    std::int16_t value = -1;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size() || value < 0)
        throw EncodingError(fmt::format("encoding: slot {}: expected an integer in [0, {}], got '{}'", slot,
                                        std::numeric_limits<std::int16_t>::max(), digits));
    return value;
}

}  // namespace

void check_encoding(const Encoding& x, std::span<const Decision> decisions) {
    if (x.size() != decisions.size())
        throw EncodingError(fmt::format("encoding: expected {} slots, got {}", decisions.size(), x.size()));
    for (std::size_t i = 0; i < x.size(); ++i)
        if (!in_range(x[i], decisions[i]))
            throw EncodingError(fmt::format("encoding: slot {} ({}): expected a choice in [0, {}], got {}", i,
                                            decisions[i].name, decisions[i].values.size() - 1, x[i]));
}

bool is_valid(const Encoding& x, std::span<const Decision> decisions) noexcept {
    return x.size() == decisions.size() && std::equal(x.begin(), x.end(), decisions.begin(), in_range);
}

std::uint64_t hash_encoding(const Encoding& x) noexcept {
    static_assert(std::endian::native == std::endian::little,
                  "the hash is stored: it must not depend on the byte order");
    return hash64(std::as_bytes(std::span(x)));
}

std::string to_text(const Encoding& x) { return fmt::format("{}", fmt::join(x, ",")); }

Encoding encoding_from_text(std::string_view text) {
    Encoding x;
    if (trimmed(text).empty()) return x;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        x.push_back(parse_choice(text.substr(begin, end - begin), x.size()));
        begin = end + 1;
    }
    return x;
}

std::vector<std::uint32_t> radices(std::span<const Decision> decisions) {
    std::vector<std::uint32_t> result;
    result.reserve(decisions.size());
    for (const Decision& decision : decisions) result.push_back(static_cast<std::uint32_t>(decision.values.size()));
    return result;
}

Encoding random_encoding(std::span<const Decision> decisions, Rng& rng) {
    Encoding x;
    x.reserve(decisions.size());
    for (const Decision& decision : decisions)
        x.push_back(static_cast<std::int16_t>(rng.below(decision.values.size())));
    return x;
}

std::vector<Encoding> neighbours(const Encoding& x, std::span<const Decision> decisions) {
    std::vector<Encoding> result;
    for (std::size_t slot = 0; slot < x.size(); ++slot) {
        const auto n = static_cast<std::int16_t>(decisions[slot].values.size());
        for (std::int16_t choice = 0; choice < n; ++choice) {
            const int step = std::abs(choice - x[slot]);
            if (step == 0 || (decisions[slot].ordered && step > 1)) continue;
            result.push_back(x);
            result.back()[slot] = choice;
        }
    }
    return result;
}

long double space_size(std::span<const Decision> decisions) noexcept {
    long double size = 1.0L;
    for (const Decision& decision : decisions) size *= static_cast<long double>(decision.values.size());
    return size;
}

std::string space_size_text(std::span<const Decision> decisions) {
    std::vector<std::uint64_t> limbs{1};  // little-endian, base 1e9
    constexpr std::uint64_t base = 1'000'000'000;
    for (const Decision& decision : decisions) {
        std::uint64_t carry = 0;
        for (std::uint64_t& limb : limbs) {
            carry += limb * decision.values.size();
            limb = carry % base;
            carry /= base;
        }
        if (carry != 0) limbs.push_back(carry);
    }
    std::string text = fmt::format("{}", limbs.back());
    for (auto limb = limbs.rbegin() + 1; limb != limbs.rend(); ++limb) text += fmt::format("{:09}", *limb);
    return text;
}

std::vector<Encoding> all_encodings(std::span<const Decision> decisions, std::size_t limit) {
    if (space_size(decisions) > static_cast<long double>(limit))
        throw InternalError(
            fmt::format("all_encodings: expected at most {} encodings, got {}", limit, space_size_text(decisions)));
    std::vector<Encoding> result;
    if (space_size(decisions) == 0.0L) return result;
    Encoding x(decisions.size(), 0);
    for (;;) {
        result.push_back(x);
        std::size_t slot = x.size();
        while (slot > 0 && static_cast<std::size_t>(x[slot - 1]) + 1 == decisions[slot - 1].values.size())
            x[--slot] = 0;
        if (slot == 0) return result;
        ++x[slot - 1];
    }
}

}  // namespace hpnas
