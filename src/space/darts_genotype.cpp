#include "hpnas/space/darts_genotype.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

constexpr std::array<std::string_view, n_darts_operations> operation_names{
    "skip_connect", "sep_conv_3x3", "max_pool_3x3", "dil_conv_3x3", "sep_conv_5x5", "avg_pool_3x3", "sep_conv_7x7"};

/// Genotypes published with UNAS (NVlabs/unas).
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> published{
    {{"unas_cifar10",
      "normal|sep_conv_5x5~0|skip_connect~0|+|skip_connect~0|dil_conv_3x3~1|+|sep_conv_3x3~0|dil_conv_3x3~1|+|"
      "sep_conv_3x3~1|dil_conv_3x3~0|,reduce|sep_conv_3x3~0|sep_conv_5x5~0|+|skip_connect~1|sep_conv_3x3~0|+|"
      "avg_pool_3x3~1|skip_connect~0|+|sep_conv_5x5~3|avg_pool_3x3~1|"},
     {"unas_cifar100",
      "normal|sep_conv_3x3~0|dil_conv_3x3~0|+|dil_conv_3x3~1|sep_conv_3x3~0|+|skip_connect~0|sep_conv_3x3~1|+|"
      "sep_conv_5x5~1|sep_conv_3x3~0|,reduce|sep_conv_7x7~0|sep_conv_3x3~0|+|sep_conv_3x3~1|sep_conv_5x5~0|+|"
      "sep_conv_7x7~1|dil_conv_3x3~0|+|dil_conv_3x3~0|sep_conv_3x3~3|"},
     {"unas_imagenet",
      "normal|sep_conv_3x3~0|skip_connect~0|+|sep_conv_3x3~0|skip_connect~1|+|sep_conv_3x3~1|sep_conv_5x5~0|+|"
      "sep_conv_3x3~0|dil_conv_3x3~1|,reduce|sep_conv_5x5~0|sep_conv_3x3~1|+|sep_conv_5x5~0|sep_conv_3x3~1|+|"
      "sep_conv_5x5~1|dil_conv_3x3~0|+|dil_conv_3x3~3|sep_conv_3x3~1|"}}};

/// Reads a genotype's text from front to back.
class Reader {
public:
    explicit Reader(std::string_view text) : text_(text), rest_(text) {}

    void expect(std::string_view word) {
        if (!rest_.starts_with(word)) fail(fmt::format("'{}'", word));
        rest_.remove_prefix(word.size());
    }
    DartsSlot slot(std::size_t node) {
        const auto* const name = std::find_if(operation_names.begin(), operation_names.end(),
                                              [this](std::string_view n) { return rest_.starts_with(n); });
        if (name == operation_names.end()) fail("an operation (skip_connect, sep_conv_3x3, ...)");
        rest_.remove_prefix(name->size());
        expect("~");
        const int input = rest_.empty() ? -1 : rest_.front() - '0';
        if (input < 0 || input > static_cast<int>(node) + 1)
            fail(fmt::format("an input in [0, {}] of node {}", node + 1, node));
        rest_.remove_prefix(1);
        return {static_cast<std::int8_t>(input), static_cast<DartsOperation>(name - operation_names.begin())};
    }
    DartsCell cell() {
        DartsCell cell{};
        for (std::size_t node = 0; node < cell.size(); ++node) {
            expect(node == 0 ? "|" : "+|");
            for (DartsSlot& s : cell[node]) {
                s = slot(node);
                expect("|");
            }
        }
        return cell;
    }
    void end() const {
        if (!rest_.empty()) fail("nothing more");
    }

private:
    [[noreturn]] void fail(const std::string& expected) const {
        throw EncodingError(
            fmt::format("cells '{}': expected {}, got '{}'; the form is 'normal|op~input|op~input|+|...|,"
                        "reduce|...|' with {} nodes per cell",
                        text_, expected, rest_, n_darts_nodes));
    }

    std::string_view text_, rest_;
};

}  // namespace

std::string_view to_string(DartsOperation operation) noexcept {
    return operation_names[static_cast<std::size_t>(operation)];
}

DartsGenotype genotype_from_text(std::string_view text) {
    for (const auto& [name, genotype] : published)
        if (text == name) text = genotype;
    Reader reader(text);
    DartsGenotype genotype;
    reader.expect("normal");
    genotype.normal = reader.cell();
    reader.expect(",reduce");
    genotype.reduce = reader.cell();
    reader.end();
    return genotype;
}

std::string to_text(const DartsCell& cell) {
    std::string text;
    for (const auto& node : cell) {
        text += text.empty() ? "|" : "+|";
        for (const DartsSlot& slot : node) text += fmt::format("{}~{}|", to_string(slot.operation), slot.input);
    }
    return text;
}

std::string to_text(const DartsGenotype& genotype) {
    return "normal" + to_text(genotype.normal) + ",reduce" + to_text(genotype.reduce);
}

}  // namespace hpnas
