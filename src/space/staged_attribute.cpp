#include "hpnas/space/staged_attribute.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "hpnas/config/scalar.hpp"
#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

using Kind = AttributeRule::Kind;
constexpr std::size_t max_choices = 1024;

constexpr std::array rules{
    AttributeRule{"resolution", "height and width of the input image", Kind::integer, 1, 16384},
    AttributeRule{"filters", "output channels", Kind::integer, 1, 65536},
    AttributeRule{"kernel", "side of the kernel, odd", Kind::integer, 1, 31, true},
    AttributeRule{"expansion", "inner channels / input channels", Kind::number, 0.01, 100},
    AttributeRule{"se", "squeeze-and-excitation", Kind::boolean, 0, 1, false, false},
    AttributeRule{"activation", "non-linearity", Kind::activation, 0, 1, false, false},
    AttributeRule{"layers", "blocks in the stage", Kind::integer, 0, 1000},
};

std::string node_text(const ConfigNode& node) {
    switch (node.kind) {
        case ConfigNode::Kind::null:
            return "nothing";
        case ConfigNode::Kind::sequence:
            return "a list";
        case ConfigNode::Kind::map:
            return "a map";
        case ConfigNode::Kind::scalar:
            break;
    }
    return node.quoted ? fmt::format("the text \"{}\"", node.scalar) : node.scalar;
}

std::string expected_text(const AttributeRule& rule) {
    switch (rule.kind) {
        case Kind::boolean:
            return "true or false";
        case Kind::activation:
            return "relu or swish";
        case Kind::number:
            return fmt::format("a number in [{}, {}]", rule.min, rule.max);
        case Kind::integer:
            break;
    }
    return fmt::format("{} integer in [{}, {}]", rule.odd ? "an odd" : "an", rule.min, rule.max);
}

std::optional<double> activation_value(std::string_view text) {
    const auto all = staged_activations();
    const auto found = std::find_if(all.begin(), all.end(), [&](Activation a) { return to_string(a) == text; });
    if (found == all.end()) return std::nullopt;
    return static_cast<double>(found - all.begin());
}

std::optional<double> parse_value(const AttributeRule& rule, std::string_view text) {
    if (rule.kind == Kind::activation) return activation_value(text);
    if (rule.kind == Kind::boolean) {
        if (const auto flag = parse_boolean(text)) return *flag ? 1 : 0;
    }
    const std::optional<double> value = parse_number(text);
    if (!value || !(*value >= rule.min && *value <= rule.max)) return std::nullopt;
    const bool integral = rule.kind == Kind::number || std::trunc(*value) == *value;
    const bool parity = !rule.odd || std::fmod(*value, 2) == 1;
    return integral && parity ? value : std::nullopt;
}

/// Reads one attribute; collects mistakes.
class AttributeReader {
public:
    AttributeReader(const std::string& path, const AttributeRule& rule, Diagnostics& diagnostics)
        : path_(path), rule_(rule), diagnostics_(diagnostics) {}

    std::optional<Attribute> read(const ConfigNode& node) {
        Attribute attribute;
        attribute.searched = node.kind != ConfigNode::Kind::scalar;
        switch (node.kind) {
            case ConfigNode::Kind::scalar:
                attribute.values = one(node);
                break;
            case ConfigNode::Kind::sequence:
                attribute.values = list(node);
                break;
            case ConfigNode::Kind::map:
                attribute.values = range(node);
                break;
            case ConfigNode::Kind::null:
                fail(node, fmt::format("expected {}, got nothing", expected_text(rule_)));
                break;
        }
        if (attribute.values.empty()) return std::nullopt;
        return attribute;
    }

private:
    void fail(const ConfigNode& node, std::string_view message) { diagnostics_.add(node.where, path_, message); }

    std::vector<double> one(const ConfigNode& node) {
        const bool usable = node.kind == ConfigNode::Kind::scalar && !node.quoted;
        const std::optional<double> value = usable ? parse_value(rule_, node.scalar) : std::nullopt;
        if (value) return {*value};
        fail(node, fmt::format("expected {}, got {}", expected_text(rule_), node_text(node)));
        return {};
    }

    std::vector<double> list(const ConfigNode& node) {
        if (node.sequence.empty()) fail(node, "is an empty list: at least one choice is needed");
        if (node.sequence.size() > max_choices) {
            fail(node, fmt::format("expected at most {} choices, got {}", max_choices, node.sequence.size()));
            return {};
        }
        std::vector<double> values;
        bool complete = true;
        for (const ConfigNode& element : node.sequence) {
            const std::vector<double> value = one(element);
            complete = complete && !value.empty();
            if (!value.empty() && repeats(element, values, value[0])) complete = false;
            values.insert(values.end(), value.begin(), value.end());
        }
        return complete ? values : std::vector<double>{};
    }

    /// Whether `value` repeats a choice or, where order counts, does not ascend.
    bool repeats(const ConfigNode& element, const std::vector<double>& values, double value) {
        const std::string text = attribute_text(rule_, value);
        if (std::find(values.begin(), values.end(), value) != values.end()) {
            fail(element, fmt::format("the choice {} is there twice", text));
            return true;
        }
        if (!rule_.ordered || values.empty() || value > values.back()) return false;
        fail(element,
             fmt::format("choices must ascend, but {} follows {}", text, attribute_text(rule_, values.back())));
        return true;
    }

    std::vector<double> range(const ConfigNode& node) {
        if (rule_.kind == Kind::boolean || rule_.kind == Kind::activation) {
            fail(node, fmt::format("expected {} or a list of them, got a map", expected_text(rule_)));
            return {};
        }
        double from = 0, to = 0, step = 1;
        const std::size_t before = diagnostics_.lines().size();
        read_options(node, path_, diagnostics_, {}, [&](OptionVisitor& v) {
            v.number({"from", "first choice", rule_.min, rule_.max, true}, from);
            v.number({"to", "last choice, included", rule_.min, rule_.max, true}, to);
            v.number({"step", "distance of neighbouring choices", 1e-6, 1e6}, step);
        });
        if (diagnostics_.lines().size() != before) return {};
        return expand(node, from, to, step);
    }

    std::vector<double> expand(const ConfigNode& node, double from, double to, double step) {
        const double steps = (to - from) / step;
        if (from > to) {
            fail(node, fmt::format("is an empty range: from {} is larger than to {}", from, to));
        } else if (std::abs(steps - std::round(steps)) > 1e-9 * std::max(1.0, steps)) {
            fail(node, fmt::format("step {} does not divide the range from {} to {}", step, from, to));
        } else if (steps >= static_cast<double>(max_choices)) {
            fail(node, fmt::format("expected at most {} choices, got {}", max_choices, std::round(steps) + 1));
        } else {
            return checked(node, from, step, static_cast<std::size_t>(std::round(steps)) + 1);
        }
        return {};
    }

    std::vector<double> checked(const ConfigNode& node, double from, double step, std::size_t n) {
        std::vector<double> values;
        for (std::size_t i = 0; i < n; ++i) {
            values.push_back(from + static_cast<double>(i) * step);
            if (parse_value(rule_, format_number(values.back()))) continue;
            fail(node, fmt::format("the range holds {}, expected {}", values.back(), expected_text(rule_)));
            return {};
        }
        return values;
    }

    const std::string& path_;
    const AttributeRule& rule_;
    Diagnostics& diagnostics_;
};

}  // namespace

std::span<const AttributeRule> attribute_rules() noexcept { return rules; }

const AttributeRule& attribute_rule(std::string_view key) {
    const auto found =
        std::find_if(rules.begin(), rules.end(), [&](const AttributeRule& rule) { return rule.key == key; });
    if (found == rules.end()) throw InternalError(fmt::format("space: no attribute '{}'", key));
    return *found;
}

std::optional<Attribute> read_attribute(const ConfigNode& node, const std::string& path, const AttributeRule& rule,
                                        Diagnostics& diagnostics) {
    return AttributeReader(path, rule, diagnostics).read(node);
}

std::string attribute_text(const AttributeRule& rule, double value) {
    if (rule.kind == Kind::activation)
        return std::string(to_string(staged_activations()[static_cast<std::size_t>(value)]));
    return format_number(value);
}

}  // namespace hpnas
