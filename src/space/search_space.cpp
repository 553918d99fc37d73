#include "hpnas/space/search_space.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "hpnas/config/scalar.hpp"
#include "hpnas/core/error.hpp"
#include "hpnas/search/encoding.hpp"

namespace hpnas {
namespace {

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t");
    return first == text.npos ? std::string_view{} : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::vector<std::string_view> split(std::string_view text) {
    std::vector<std::string_view> parts;
    if (trimmed(text).empty()) return parts;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        parts.push_back(trimmed(text.substr(begin, end - begin)));
        begin = end + 1;
    }
    return parts;
}

/// "32, 48, 64, 80": the choices of a slot.
std::string choices_text(const SearchSpace& space, std::size_t slot) {
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < space.decisions()[slot].values.size(); ++i) texts.push_back(space.choice_text(slot, i));
    return fmt::format("{}", fmt::join(texts, ", "));
}

}  // namespace

void SearchSpace::check(const Encoding& x) const {
    const std::span<const Decision> slots = decisions();
    if (x.size() != slots.size())
        throw EncodingError(fmt::format("space {}: expected {} choices, got {}", name(), slots.size(), x.size()));
    for (std::size_t i = 0; i < x.size(); ++i) {
        if (x[i] >= 0 && static_cast<std::size_t>(x[i]) < slots[i].values.size()) continue;
        throw EncodingError(fmt::format("space {}: slot {} ({}): expected a choice in [0, {}] (for {}), got {}", name(),
                                        i, slots[i].name, slots[i].values.size() - 1, choices_text(*this, i), x[i]));
    }
}

Network SearchSpace::decode(const Encoding& x) const {
    check(x);
    return do_decode(x);
}

std::vector<double> SearchSpace::count(const Encoding& x) const {
    check(x);
    return do_count(x);
}

Encoding SearchSpace::canonical(const Encoding& x) const {
    check(x);
    return do_canonical(x);
}

Encoding SearchSpace::sample(Rng& rng) const { return canonical(do_sample(rng)); }

Encoding SearchSpace::mutate(const Encoding& x, const MutationRates& rates, Rng& rng) const {
    check(x);
    return canonical(do_mutate(x, rates, rng));
}

Encoding SearchSpace::crossover(const Encoding& a, const Encoding& b, Rng& rng) const {
    check(a);
    check(b);
    return canonical(do_crossover(a, b, rng));
}

Encoding SearchSpace::do_sample(Rng& rng) const { return random_encoding(decisions(), rng); }

Encoding SearchSpace::do_mutate(const Encoding& x, const MutationRates& rates, Rng& rng) const {
    return mutate_slots(x, decisions(), rates, rng);
}

Encoding SearchSpace::do_crossover(const Encoding& a, const Encoding& b, Rng& rng) const {
    return cross_slots(a, b, rng);
}

Encoding SearchSpace::read(std::string_view arch) const {
    Encoding x = do_parse(arch);
    check(x);
    return x;
}

Encoding SearchSpace::parse(std::string_view arch) const {
    const std::string_view text = trimmed(arch);
    std::string mistake;
    try {
        return read(text);
    } catch (const EncodingError& error) {
        mistake = error.what();
    }
    const std::string tuple = fmt::format("({})", text);
    try {
        read(tuple);
    } catch (const EncodingError&) {
        throw EncodingError(mistake);
    }
    throw EncodingError(fmt::format("{}; did you mean '{}'?", mistake, tuple));
}

std::string SearchSpace::format(const Encoding& x) const {
    check(x);
    return do_format(x);
}

/// Whether some other choice in `slot` gives another network.
bool SearchSpace::has_effect(const Encoding& x, std::size_t slot) const {
    const Encoding canonical = do_canonical(x);
    Encoding other = x;
    for (std::size_t choice = 0; choice < decisions()[slot].values.size(); ++choice) {
        other[slot] = static_cast<std::int16_t>(choice);
        if (do_canonical(other) != canonical) return true;
    }
    return false;
}

std::string SearchSpace::format_values(const Encoding& x) const {
    check(x);
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < x.size(); ++i)
        texts.push_back(decisions()[i].values.size() == 1 || has_effect(x, i)
                            ? do_choice_text(i, static_cast<std::size_t>(x[i]))
                            : "-");
    return fmt::format("v:{}", fmt::join(texts, ","));
}

Encoding SearchSpace::parse_values(std::string_view values) const {
    const std::vector<std::string_view> texts = split(values);
    const std::span<const Decision> slots = decisions();
    if (texts.size() != slots.size())
        throw EncodingError(fmt::format("space {}: expected {} values, got {}", name(), slots.size(), texts.size()));
    const auto fail = [&](std::size_t i) {
        throw EncodingError(fmt::format("space {}: slot {} ({}): expected one of {}, got '{}'", name(), i,
                                        slots[i].name, choices_text(*this, i), texts[i]));
    };
    Encoding x(slots.size(), 0);
    for (std::size_t i = 0; i < slots.size(); ++i) {
        if (texts[i] == "-") continue;
        const std::optional<double> number = parse_number(texts[i]);
        std::size_t choice = 0;
        while (choice < slots[i].values.size() && texts[i] != do_choice_text(i, choice) &&
               number != slots[i].values[choice])
            ++choice;
        if (choice == slots[i].values.size()) fail(i);
        x[i] = static_cast<std::int16_t>(choice);
    }
    for (std::size_t i = 0; i < slots.size(); ++i)
        if (texts[i] == "-" && has_effect(x, i)) fail(i);
    return x;
}

Encoding SearchSpace::do_parse(std::string_view arch) const {
    if (arch.starts_with("v:")) return parse_values(arch.substr(2));
    return encoding_from_text(arch);
}

std::string SearchSpace::do_format(const Encoding& x) const { return to_text(x); }

std::string SearchSpace::do_choice_text(std::size_t slot, std::size_t choice) const {
    return format_number(decisions()[slot].values[choice]);
}

}  // namespace hpnas
