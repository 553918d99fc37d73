#include "hpnas/data/task.hpp"

#include <fmt/format.h>

namespace hpnas {

std::string_view kind_of(const Task& task) noexcept {
    struct Name {
        std::string_view operator()(const ImageTask&) const noexcept { return "images"; }
        std::string_view operator()(const TextTask&) const noexcept { return "texts"; }
        std::string_view operator()(const SpanTask&) const noexcept { return "questions"; }
        std::string_view operator()(const SpectrogramTask&) const noexcept { return "recordings"; }
    };
    return std::visit(Name{}, task);
}

const std::vector<std::string>& notes_of(const Task& task) noexcept {
    return std::visit([](const auto& kind) -> const std::vector<std::string>& { return kind.notes; }, task);
}

namespace {

void note_unseen(const std::vector<bool>& seen, const std::vector<std::string>& classes,
                 std::vector<std::string>& notes) {
    for (std::size_t c = 0; c < seen.size(); ++c)
        if (!seen[c]) notes.push_back(fmt::format("the class '{}' is never seen in training", classes[c]));
}

}  // namespace

void note_unseen_classes(ImageTask& task) {
    std::vector<bool> seen(static_cast<std::size_t>(task.n_classes()));
    for (std::int64_t i = 0; i < task.train.size(); ++i) seen[static_cast<std::size_t>(task.train.label(i))] = true;
    note_unseen(seen, task.train.images->classes, task.notes);
}

void note_unseen_classes(TextTask& task) {
    std::vector<bool> seen(static_cast<std::size_t>(task.n_classes()));
    for (const std::int64_t i : task.train.indices)
        seen[static_cast<std::size_t>(task.train.set->labels[static_cast<std::size_t>(i)])] = true;
    note_unseen(seen, task.train.set->classes, task.notes);
}

void note_unseen_classes(SpectrogramTask& task) {
    std::vector<bool> seen(static_cast<std::size_t>(task.n_classes()));
    for (const std::int64_t i : task.train.indices)
        for (const std::int64_t target : task.train.set->target(i)) seen[static_cast<std::size_t>(target)] = true;
    note_unseen(seen, task.train.set->classes, task.notes);
}

}  // namespace hpnas
