#include "hpnas/space/super_block.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

std::vector<SuperBlockType> make_types() {
    std::vector<SuperBlockType> types;
    for (const int k : {1, 3, 5, 7}) types.push_back({fmt::format("SuperConvK{}BNRELU", k), UnitKind::conv, k});
    for (const int k : {3, 5, 7}) types.push_back({fmt::format("SuperResK{0}K{0}", k), UnitKind::basic, k});
    for (const int k : {3, 5, 7}) types.push_back({fmt::format("SuperResK1K{}K1", k), UnitKind::bottleneck, k});
    for (const int e : {1, 2, 4, 6})
        for (const int k : {3, 5, 7})
            types.push_back({fmt::format("SuperResIDWE{}K{}", e, k), UnitKind::inverted, k, e});
    return types;
}

/// Ties go to the even multiple, as in the published code; at least `divisor`.
std::int64_t nearest_multiple(std::int64_t value, std::int64_t divisor) {
    return std::max(divisor, std::lrint(static_cast<double>(value) / static_cast<double>(divisor)) * divisor);
}

/// Reads structure strings from left to right.
class StructureReader {
public:
    StructureReader(std::string_view text, std::int64_t input_channels) : rest_(text), channels_(input_channels) {}

    std::vector<SuperBlock> read() {
        std::vector<SuperBlock> structure;
        for (skip_blanks(); !rest_.empty(); skip_blanks()) {
            ++n_blocks_;
            structure.push_back(super_block());
        }
        if (structure.empty()) throw EncodingError("structure string: expected at least one super-block");
        return structure;
    }

private:
    [[noreturn]] void fail(std::string_view what) const {
        throw EncodingError(fmt::format("structure string: super-block {}: {}", n_blocks_, what));
    }
    void skip_blanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size())); }

    SuperBlock super_block() {
        const std::size_t open = rest_.find('('), close = rest_.find(')');
        if (open == rest_.npos || close == rest_.npos || close < open)
            fail(fmt::format("expected NAME(NUMBERS), got '{}'", rest_));
        const std::string_view name = rest_.substr(0, open);
        std::string_view inside = rest_.substr(open + 1, close - open - 1);
        rest_.remove_prefix(close + 1);
        inside.remove_prefix(inside.find('|') == inside.npos ? 0 : inside.find('|') + 1);
        return checked(type_of(name), numbers(inside));
    }
    std::size_t type_of(std::string_view name) const {
        const auto types = super_block_types();
        for (std::size_t i = 0; i < types.size(); ++i)
            if (types[i].name == name) return i;
        fail(
            fmt::format("unknown type '{}'; known: SuperConvK{{1,3,5,7}}BNRELU, SuperResK{{3,5,7}}K{{3,5,7}} (equal "
                        "kernels), SuperResK1K{{3,5,7}}K1, SuperResIDWE{{1,2,4,6}}K{{3,5,7}}",
                        name));
    }
    std::vector<std::int64_t> numbers(std::string_view text) const {
        std::vector<std::int64_t> result;
        for (const char *at = text.data(), *const end = at + text.size(); at < end;) {
            std::int64_t number = 0;
            const auto [after, error] = std::from_chars(at, end, number);
            const bool more = after != end && *after == ',' && after + 1 != end;
            if (error != std::errc{} || number < 1 || number > 1'000'000 || (after != end && !more))
                fail(fmt::format("expected integers from 1 to 1000000 between commas, got '{}'", text));
            result.push_back(number);
            at = after + (more ? 1 : 0);
        }
        return result;
    }
    SuperBlock checked(std::size_t type, const std::vector<std::int64_t>& n) {
        const SuperBlockType& t = super_block_types()[type];
        const bool conv = t.kind == UnitKind::conv;
        if (n.size() != (conv ? 4U : 5U))
            fail(fmt::format("expected {}({}), got {} numbers", t.name,
                             conv ? "in,out,stride,layers" : "in,out,stride,bottleneck,layers", n.size()));
        if (n[0] != channels_) fail(fmt::format("expected {} input channels, got {}", channels_, n[0]));
        channels_ = n[1];
        return {type, n[1], n[2], conv ? 0 : n[3], n.back()};
    }

    std::string_view rest_;
    std::int64_t channels_;
    int n_blocks_ = 0;
};

}  // namespace

std::span<const SuperBlockType> super_block_types() {
    static const std::vector<SuperBlockType> types = make_types();
    return types;
}

std::vector<SuperBlock> structure_from_text(std::string_view text, std::int64_t input_channels) {
    return StructureReader(text, input_channels).read();
}

std::string to_text(std::span<const SuperBlock> structure, std::int64_t input_channels) {
    std::string text;
    for (const SuperBlock& block : structure) {
        const SuperBlockType& type = super_block_types()[block.type];
        text += fmt::format("{}({},{},{},", type.name, input_channels, block.out, block.stride);
        if (type.kind != UnitKind::conv) text += fmt::format("{},", block.bottleneck);
        text += fmt::format("{})", block.layers);
        input_channels = block.out;
    }
    return text;
}

std::vector<ResidualUnit> super_block_units(const SuperBlock& block, bool se) {
    const SuperBlockType& type = super_block_types()[block.type];
    const bool inverted = type.kind == UnitKind::inverted;
    const auto unit = [&](std::int64_t mid, std::int64_t out) {
        ResidualUnit u{.kind = type.kind, .kernel = type.kernel, .mid = mid, .out = out};
        if (inverted) u.mid = nearest_multiple(type.expansion * mid, 8);
        if (inverted && se) u.se = std::max<std::int64_t>(1, std::lrint(static_cast<double>(u.mid) / 4));
        return u;
    };
    std::vector<ResidualUnit> units;
    for (std::int64_t i = 0; i < block.layers; ++i) {
        const std::size_t first = units.size();
        if (inverted) {
            units.push_back(unit(block.bottleneck, block.bottleneck));
            units.push_back(unit(block.out, block.out));
            for (const std::size_t u : {first, first + 1}) units[u].project = block.bottleneck != block.out;
        } else {
            const bool conv = type.kind == UnitKind::conv;
            const int per_layer = type.kind == UnitKind::bottleneck ? 2 : 1;
            for (int u = 0; u < per_layer; ++u) units.push_back(unit(conv ? 0 : block.bottleneck, block.out));
        }
        if (i == 0) {
            units[first].stride = block.stride;
            units[first].project = type.kind != UnitKind::conv;
        }
    }
    return units;
}

}  // namespace hpnas
