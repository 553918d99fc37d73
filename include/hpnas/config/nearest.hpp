#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace hpnas {

/// Number of insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b`; a swapped pair is not
/// edited again. Source: optimal string alignment; Damerau, Commun. ACM 7 (1964) 171-176.
std::size_t edit_distance(std::string_view a, std::string_view b);
/// What to tell a user who wrote `name`: "did you mean 'x'?" if a known name is within a third of its length, else
/// "known: a, b".
std::string name_hint(std::string_view name, std::span<const std::string_view> known);
/// The message about a name that is none of the known ones: "unknown name 'evoluton'; did you mean 'evolution'? known:
/// bayes, evolution", the question only if a known name is near.
std::string unknown_name(std::string_view name, std::span<const std::string_view> known);

}  // namespace hpnas
