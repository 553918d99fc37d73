#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hpnas/config/nearest.hpp"
#include "hpnas/config/option_range.hpp"
#include "hpnas/config/options.hpp"
#include "hpnas/config/scalar.hpp"
#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

using Kind = ConfigNode::Kind;

std::string got_text(const ConfigNode& node) {
    switch (node.kind) {
        case Kind::null:
            return "nothing";
        case Kind::sequence:
            return "a list";
        case Kind::map:
            return "a map";
        case Kind::scalar:
            break;
    }
    const std::size_t limit = 60;
    const std::string text = node.scalar.size() <= limit ? node.scalar : node.scalar.substr(0, limit) + "...";
    return node.quoted ? fmt::format("the text \"{}\"", text) : text;
}

/// Reads the visited options from a map; collects mistakes.
class OptionReader final : public OptionVisitor {
public:
    OptionReader(const ConfigNode& node, std::string_view path, Diagnostics& diagnostics,
                 const std::vector<std::string_view>& ignore)
        : diagnostics_(diagnostics) {
        open(&node, std::string(path));
        groups_.back().known.assign(ignore.begin(), ignore.end());
    }
    void finish() { close(); }

    void boolean(const OptionInfo& info, bool& value) override {
        read_scalar(info, value, "a boolean (true or false)",
                    [](std::string_view text) { return parse_boolean(text); });
    }
    void integer(const OptionInfo& info, std::int64_t& value) override {
        if (const ConfigNode* node = take(info)) {
            if (const auto read = integer_in(info, *node, key(info))) value = *read;
        }
    }
    void number(const OptionInfo& info, double& value) override {
        if (const ConfigNode* node = take(info)) {
            if (const auto read = number_in(info, *node, key(info))) value = *read;
        }
    }
    void text(const OptionInfo& info, std::string& value) override {
        if (const ConfigNode* node = take(info)) {
            if (const auto read = text_in(*node, key(info))) value = *read;
        }
    }
    void choice(const OptionInfo& info, std::string& value, std::span<const std::string_view> choices) override {
        const ConfigNode* node = take(info);
        if (node == nullptr) return;
        const bool valid = node->kind == Kind::scalar && std::count(choices.begin(), choices.end(), node->scalar) != 0;
        if (valid) {
            value = node->scalar;
        } else {
            fail(*node, key(info), fmt::format("one of {}", fmt::join(choices, ", ")));
        }
    }
    void numbers(const OptionInfo& info, std::vector<double>& value) override {
        read_list<double>(info, value, "a list of numbers", [&](const ConfigNode& element, const std::string& at) {
            return number_in(info, element, at);
        });
    }
    void integers(const OptionInfo& info, std::vector<std::int64_t>& value) override {
        read_list<std::int64_t>(
            info, value, "a list of integers",
            [&](const ConfigNode& element, const std::string& at) { return integer_in(info, element, at); });
    }
    void texts(const OptionInfo& info, std::vector<std::string>& value) override {
        read_list<std::string>(info, value, "a list of texts",
                               [&](const ConfigNode& element, const std::string& at) { return text_in(element, at); });
    }
    void subtree(const OptionInfo& info, ConfigNode& value) override {
        if (const ConfigNode* node = take(info)) value = *node;
    }

private:
    struct Group {
        const ConfigNode* node;  ///< nullptr: the group is absent, its options keep their defaults
        std::string path;
        std::vector<std::string> known;
    };

    void begin_group(const OptionInfo& info) override {
        const ConfigNode* node = take(info);
        open(node, key(info));
    }
    void end_group() override { close(); }

    void open(const ConfigNode* node, std::string path) {
        const bool usable = node == nullptr || node->kind == Kind::map || node->kind == Kind::null;
        if (!usable) fail(*node, path, "a map");
        groups_.push_back({usable ? node : nullptr, std::move(path), {}});
    }

    /// Reports the keys that nobody asked for.
    void close() {
        const Group& group = groups_.back();
        const std::vector<std::string_view> known(group.known.begin(), group.known.end());
        if (group.node != nullptr) {
            for (const auto& [name, value] : group.node->map) {
                if (std::count(known.begin(), known.end(), name) != 0) continue;
                diagnostics_.add(value.where, group.path,
                                 fmt::format("unknown key '{}'; {}", name, name_hint(name, known)));
            }
        }
        groups_.pop_back();
    }

    /// The node of an option, or nullptr if it is not given (which is a mistake if it is required).
    const ConfigNode* take(const OptionInfo& info) {
        Group& group = groups_.back();
        if (std::count(group.known.begin(), group.known.end(), info.name) != 0) {
            throw InternalError(fmt::format("options: key '{}' is declared twice", key(info)));
        }
        group.known.emplace_back(info.name);
        if (group.node == nullptr) return nullptr;
        const ConfigNode* node = group.node->find(info.name);
        if (node == nullptr && info.required) {
            diagnostics_.add(group.node->where, key(info), fmt::format("is required, but missing ({})", info.doc));
        }
        return node;
    }

    std::string key(const OptionInfo& info) const {
        const std::string& path = groups_.back().path;
        return path.empty() ? std::string(info.name) : fmt::format("{}.{}", path, info.name);
    }

    void fail(const ConfigNode& node, std::string_view at, std::string_view expected) {
        diagnostics_.add(node.where, at, fmt::format("expected {}, got {}", expected, got_text(node)));
    }

    template <class T, class Parse>
    void read_scalar(const OptionInfo& info, T& value, std::string_view expected, Parse parse) {
        const ConfigNode* node = take(info);
        if (node == nullptr) return;
        const auto read = node->kind == Kind::scalar && !node->quoted ? parse(node->scalar) : std::nullopt;
        if (read) value = *read;
        if (!read) fail(*node, key(info), expected);
    }

    template <class T, class Parse>
    std::optional<T> in_range(const OptionInfo& info, const ConfigNode& node, const std::string& at, Parse parse) {
        std::optional<T> value;
        if (node.kind == Kind::scalar && !node.quoted) value = parse(node.scalar);
        // NaN fails every comparison; no option of ours means something at infinity.
        if (value && std::isfinite(static_cast<double>(*value)) && static_cast<double>(*value) >= info.min &&
            static_cast<double>(*value) <= info.max)
            return value;
        const std::string range = range_text(info);
        const std::string_view what = std::is_integral_v<T> ? "an integer" : "a number";
        fail(node, at, range.empty() ? std::string(what) : fmt::format("{} {}", what, range));
        return std::nullopt;
    }
    std::optional<std::int64_t> integer_in(const OptionInfo& info, const ConfigNode& node, const std::string& at) {
        return in_range<std::int64_t>(info, node, at, parse_integer);
    }
    std::optional<double> number_in(const OptionInfo& info, const ConfigNode& node, const std::string& at) {
        return in_range<double>(info, node, at, parse_number);
    }
    std::optional<std::string> text_in(const ConfigNode& node, const std::string& at) {
        if (node.kind == Kind::scalar) return node.scalar;
        fail(node, at, "a text");
        return std::nullopt;
    }

    /// All elements or, if one is wrong, none.
    template <class T, class Read>
    void read_list(const OptionInfo& info, std::vector<T>& value, std::string_view expected, Read read) {
        const ConfigNode* node = take(info);
        if (node == nullptr) return;
        if (node->kind != Kind::sequence) return fail(*node, key(info), expected);
        std::vector<T> elements;
        for (std::size_t i = 0; i < node->sequence.size(); ++i) {
            const auto element = read(node->sequence[i], fmt::format("{}.{}", key(info), i));
            if (element) elements.push_back(*element);
        }
        if (elements.size() == node->sequence.size()) value = std::move(elements);
    }

    Diagnostics& diagnostics_;
    std::vector<Group> groups_;
};

}  // namespace

void read_options(const ConfigNode& node, std::string_view path, Diagnostics& diagnostics,
                  const std::vector<std::string_view>& ignore, const std::function<void(OptionVisitor&)>& visit) {
    OptionReader reader(node, path, diagnostics, ignore);
    visit(reader);
    reader.finish();
}

}  // namespace hpnas
