#include <fmt/format.h>

#include <algorithm>

#include "hpnas/config/node.hpp"
#include "hpnas/config/scalar.hpp"

namespace hpnas {
namespace {

enum class Style { block, flow };

/// Whether a YAML reader gives back `text` unchanged, as a scalar, when it stands there without quotes.
bool is_plain(std::string_view text, Style style) {
    const bool null_like = text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL";
    if (null_like || text.front() == ' ' || text.back() == ' ' || text.back() == ':') return false;
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    if (std::any_of(text.begin(), text.end(), is_control)) return false;
    if (std::string_view("?:,[]{}#&*!|>'\"%@`").find(text.front()) != std::string_view::npos) return false;
    if (text == "-" || text.starts_with("- ") || text.starts_with("---") || text.starts_with("...")) return false;
    if (style == Style::flow && text.find_first_of(",[]{}:?") != std::string_view::npos) return false;
    return text.find(": ") == std::string_view::npos && text.find(" #") == std::string_view::npos;
}

std::string quote(std::string_view text) {
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            quoted += '\\';
            quoted += c;
        } else if (c == '\n') {
            quoted += "\\n";
        } else if (c == '\t') {
            quoted += "\\t";
        } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
            quoted += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
        } else {
            quoted += c;
        }
    }
    return quoted + '"';
}

std::string scalar_text(std::string_view text, bool quoted, Style style) {
    return !quoted && is_plain(text, style) ? std::string(text) : quote(text);
}

bool is_block(const ConfigNode& node) { return !node.sequence.empty() || !node.map.empty(); }

std::string block_text(const ConfigNode& node, std::size_t indent);

/// A value after "key:" or "-": on the same line, or below it.
std::string value_text(const ConfigNode& value, std::size_t indent) {
    if (is_block(value)) return "\n" + block_text(value, indent + 2);
    return " " + to_yaml_line(value) + "\n";
}

std::string block_text(const ConfigNode& node, std::size_t indent) {
    const std::string margin(indent, ' ');
    std::string text;
    for (const ConfigNode& element : node.sequence) {
        if (is_block(element)) {  // the element's first line shares the line of the dash
            text += margin + "- " + block_text(element, indent + 2).substr(indent + 2);
        } else {
            text += margin + "-" + value_text(element, indent);
        }
    }
    for (const auto& [key, value] : node.map) {
        text += margin + scalar_text(key, false, Style::flow) + ":" + value_text(value, indent);
    }
    return text;
}

}  // namespace

std::string to_yaml_line(const ConfigNode& node) {
    switch (node.kind) {
        case ConfigNode::Kind::null: return "null";
        case ConfigNode::Kind::scalar: return scalar_text(node.scalar, node.quoted, Style::flow);
        case ConfigNode::Kind::sequence: {
            std::string text;
            for (const ConfigNode& element : node.sequence) text += (text.empty() ? "" : ", ") + to_yaml_line(element);
            return "[" + text + "]";
        }
        case ConfigNode::Kind::map: break;
    }
    std::string text;
    for (const auto& [key, value] : node.map) {
        text += (text.empty() ? "" : ", ") + scalar_text(key, false, Style::flow) + ": " + to_yaml_line(value);
    }
    return "{" + text + "}";
}

std::string to_yaml(const ConfigNode& node) { return is_block(node) ? block_text(node, 0) : to_yaml_line(node) + "\n"; }

}  // namespace hpnas
