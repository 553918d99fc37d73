#include "hpnas/space/tabular_space.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_symbol(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

void check_alphabet(const std::string& alphabet) {
    if (alphabet.empty() || !std::all_of(alphabet.begin(), alphabet.end(), is_symbol))
        throw ConfigError(
            fmt::format("space tabular: alphabets: expected one or more letters and digits, got '{}'", alphabet));
    std::string symbols = alphabet;
    std::sort(symbols.begin(), symbols.end());
    const auto twice = std::adjacent_find(symbols.begin(), symbols.end());
    if (twice != symbols.end())
        throw ConfigError(fmt::format("space tabular: alphabets: '{}' has '{}' twice", alphabet, *twice));
}

Decision decision_of(std::size_t slot, const std::string& alphabet, bool ordered) {
    Decision decision{std::to_string(slot), {}, ordered};
    const bool digits = std::all_of(alphabet.begin(), alphabet.end(), is_digit);
    for (const char symbol : alphabet)
        decision.values.push_back(digits ? symbol - '0' : static_cast<double>(decision.values.size()));
    return decision;
}

}  // namespace

void TabularOptions::visit(OptionVisitor& v) {
    v.texts({.name = "alphabets",
             .doc = "symbols that may stand at a position, e.g. [\"012\"]; letters and digits",
             .required = true},
            alphabets);
    v.integers({"counts", "positions in a row with each alphabet, e.g. [8]; left out: one each", 1, 10000}, counts);
    v.boolean({"ordered", "neighbouring symbols behave alike (a width), rather than being different things"}, ordered);
}

TabularSpace::TabularSpace(const TabularOptions& options, const TaskShape&) {
    if (!options.counts.empty() && options.counts.size() != options.alphabets.size())
        throw ConfigError(fmt::format("space tabular: counts: expected one for each of {} alphabets, got {}",
                                      options.alphabets.size(), options.counts.size()));
    for (std::size_t i = 0; i < options.alphabets.size(); ++i) {
        check_alphabet(options.alphabets[i]);
        const auto n = options.counts.empty() ? std::size_t{1} : static_cast<std::size_t>(options.counts[i]);
        alphabets_.insert(alphabets_.end(), n, options.alphabets[i]);
    }
    if (alphabets_.empty()) throw ConfigError("space tabular: alphabets: expected at least one, got none");
    for (std::size_t slot = 0; slot < alphabets_.size(); ++slot)
        decisions_.push_back(decision_of(slot, alphabets_[slot], options.ordered));
}

Network TabularSpace::do_decode(const Encoding& x) const {
    throw EncodingError(fmt::format(
        "space tabular: '{}' stands for a row of a table and not for a network: use objective 'table'", do_format(x)));
}

Encoding TabularSpace::do_parse(std::string_view arch) const {
    if (arch.size() != alphabets_.size() || !std::all_of(arch.begin(), arch.end(), is_symbol)) {
        if (arch.starts_with("v:") || arch.find(',') != arch.npos) return SearchSpace::do_parse(arch);
        throw EncodingError(
            fmt::format("space tabular: expected {} symbols, got '{}' ({})", alphabets_.size(), arch, arch.size()));
    }
    Encoding x;
    for (std::size_t slot = 0; slot < arch.size(); ++slot) {
        const std::size_t choice = alphabets_[slot].find(arch[slot]);
        if (choice == std::string::npos)
            throw EncodingError(fmt::format("space tabular: position {}: expected one of '{}', got '{}'", slot,
                                            alphabets_[slot], arch[slot]));
        x.push_back(static_cast<std::int16_t>(choice));
    }
    return x;
}

std::string TabularSpace::do_format(const Encoding& x) const {
    std::string text;
    for (std::size_t slot = 0; slot < x.size(); ++slot) text += alphabets_[slot][static_cast<std::size_t>(x[slot])];
    return text;
}

std::string TabularSpace::do_choice_text(std::size_t slot, std::size_t choice) const {
    return {alphabets_[slot][choice]};
}

}  // namespace hpnas
