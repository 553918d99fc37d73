#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <vector>

#include "hpnas/config/node.hpp"
#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

/// Turns the library's nodes into ConfigNodes.
class Converter {
public:
    explicit Converter(const std::string& file) : file_(file) {}

    ConfigNode convert(const YAML::Node& source, Location where) {
        check_size(source, where);
        ancestors_.push_back(source);
        ConfigNode node;
        node.where = std::move(where);
        if (source.IsScalar()) set_scalar(source, node);
        if (source.IsSequence()) set_sequence(source, node);
        if (source.IsMap()) set_map(source, node);
        ancestors_.pop_back();
        return node;
    }

    Location location(const YAML::Node& source) const { return {file_, source.Mark().line + 1}; }

private:
    void check_size(const YAML::Node& source, const Location& where) {
        for (const YAML::Node& ancestor : ancestors_) {
            if (ancestor.is(source)) fail(where, "the anchor contains itself");
        }
        // Nested aliases multiply: a few lines can name billions of values.
        const std::size_t limit = 1000000;
        if (++n_nodes_ > limit) fail(where, fmt::format("more than {} values (aliases that multiply?)", limit));
    }

    void set_scalar(const YAML::Node& source, ConfigNode& node) {
        const std::string& tag = source.Tag();
        const bool standard = tag.starts_with("tag:yaml.org,2002:");
        if (!standard && tag != "!" && tag != "?" && !tag.empty()) {
            fail(node.where, fmt::format("unknown tag '{}'", tag));
        }
        node.kind = ConfigNode::Kind::scalar;
        node.scalar = source.Scalar();
        node.quoted =
            tag == "!" || tag == "tag:yaml.org,2002:str";  // "!" is the library's mark of a quoted or block scalar
    }

    void set_sequence(const YAML::Node& source, ConfigNode& node) {
        node.kind = ConfigNode::Kind::sequence;
        for (const auto& element : source) node.sequence.push_back(convert(element, location(element)));
    }

    void set_map(const YAML::Node& source, ConfigNode& node) {
        node.kind = ConfigNode::Kind::map;
        for (const auto& entry : source) {
            Location where = location(entry.first);
            if (!entry.first.IsScalar() || entry.first.Scalar().empty()) fail(where, "expected a name as the key");
            const std::string& key = entry.first.Scalar();
            if (const ConfigNode* first = node.find(key)) {
                fail(where, fmt::format("duplicate key '{}': it already stands in line {}", key, first->where.line));
            }
            node.map.emplace_back(key, convert(entry.second, std::move(where)));
        }
    }

    [[noreturn]] static void fail(const Location& where, const std::string& message) {
        throw ConfigError(fmt::format("{}: {}", to_string(where), message));
    }

    std::string file_;
    std::vector<YAML::Node> ancestors_;
    std::size_t n_nodes_ = 0;
};

/// Hears of everything in a document and keeps nothing.
class DeafHandler final : public YAML::EventHandler {
    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
    void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
    void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
    void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
    void OnSequenceEnd() override {}
    void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
    void OnMapEnd() override {}
};

/// Apart from loading, because YAML::LoadAll of yaml-cpp 0.7 makes empty documents without end from a text that starts
/// with ','.
void check_one_document(std::string_view text, const std::string& name) {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    DeafHandler handler;
    if (parser.HandleNextDocument(handler) && parser.HandleNextDocument(handler)) {
        throw ConfigError(fmt::format("{}: expected one YAML document, got text after its end", name));
    }
}

}  // namespace

ConfigNode parse_yaml(std::string_view text, const std::string& name) {
    try {
        check_one_document(text, name);
        const YAML::Node document = YAML::Load(std::string(text));
        Converter converter(name);
        return converter.convert(document, document.IsNull() ? Location{name, 1} : converter.location(document));
    } catch (const YAML::Exception& error) {
        const Location where{name, error.mark.is_null() ? 0 : error.mark.line + 1};
        throw ConfigError(fmt::format("{}: YAML syntax: {}", to_string(where), error.msg));
    }
}

ConfigNode load_yaml(const std::string& path) {
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    if (file) text << file.rdbuf();
    // Reading a directory opens well and then fails; an empty file sets the fail bit of `text` only.
    if (!file.is_open() || file.bad() || (text.fail() && errno != 0)) {
        const std::string reason = errno == 0 ? "cannot be read" : std::strerror(errno);
        throw DataError(fmt::format("{}: configuration file: {}", path, reason), ExitCode::no_input);
    }
    return parse_yaml(text.str(), path);
}

}  // namespace hpnas
