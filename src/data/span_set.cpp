#include "hpnas/data/span_set.hpp"

#include "hpnas/core/hash.hpp"

namespace hpnas {

std::string_view SpanSet::text(std::int64_t window, std::int64_t begin, std::int64_t end) const {
    const Window& about = windows[static_cast<std::size_t>(window)];
    const auto piece = [&](std::int64_t token) {
        return pieces[static_cast<std::size_t>(about.first_piece + token - about.context_begin)];
    };
    const std::string_view context =
        contexts[static_cast<std::size_t>(questions[static_cast<std::size_t>(about.question)].context)];
    const auto first = static_cast<std::size_t>(piece(begin)[0]);
    return context.substr(first, static_cast<std::size_t>(piece(end)[1]) - first);
}

std::uint64_t SpanSet::hash() const {
    std::vector<std::int64_t> targets;
    for (const Window& window : windows) targets.insert(targets.end(), {window.question, window.begin, window.end});
    const std::uint64_t tokens = hash64(std::as_bytes(std::span(sequences.tokens)));
    return hash64(std::as_bytes(std::span(targets)), hash64(std::as_bytes(std::span(sequences.begins)), tokens));
}

}  // namespace hpnas
