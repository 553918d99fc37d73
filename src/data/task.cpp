#include "hpnas/data/task.hpp"

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

}  // namespace hpnas
