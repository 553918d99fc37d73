#pragma once
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hpnas/config/diagnostics.hpp"
#include "hpnas/config/node.hpp"

namespace hpnas {

/// What is to be known of one YAML key besides its C++ variable.
struct OptionInfo {
    std::string_view name;
    std::string_view doc;  ///< one line: meaning and unit
    double min = -std::numeric_limits<double>::infinity();
    double max = std::numeric_limits<double>::infinity();  ///< inclusive; for vectors each element
    bool required = false;
};

/// Walks the options of a component in order. An options struct declares its keys once, in
/// `void visit(OptionVisitor& v)`, and reading, documenting and echoing are three visitors over that one declaration:
///
///     struct SgdOptions {
///         double momentum = 0.9;
///         bool nesterov = true;
///         void visit(OptionVisitor& v) {
///             v.number({"momentum", "momentum factor", 0, 1}, momentum);
///             v.boolean({"nesterov", "look ahead before the gradient"}, nesterov);
///         }
///     };
///
/// The variable's value at the time of the visit is the default.
class OptionVisitor {
public:
    virtual ~OptionVisitor() = default;
    virtual void boolean(const OptionInfo& info, bool& value) = 0;
    virtual void integer(const OptionInfo& info, std::int64_t& value) = 0;
    virtual void number(const OptionInfo& info, double& value) = 0;
    virtual void text(const OptionInfo& info, std::string& value) = 0;
    /// One of `choices`.
    virtual void choice(const OptionInfo& info, std::string& value, std::span<const std::string_view> choices) = 0;
    virtual void numbers(const OptionInfo& info, std::vector<double>& value) = 0;
    virtual void integers(const OptionInfo& info, std::vector<std::int64_t>& value) = 0;
    virtual void texts(const OptionInfo& info, std::vector<std::string>& value) = 0;
    /// Any YAML subtree, left to its owner (e.g. a component chosen by name: {name: sgd, momentum: 0.9}).
    virtual void subtree(const OptionInfo& info, ConfigNode& value) = 0;
    /// A nested map with options of its own.
    template <class Options>
    void group(const OptionInfo& info, Options& options) {
        begin_group(info);
        options.visit(*this);
        end_group();
    }
    /// What group() calls around the nested options.
    virtual void begin_group(const OptionInfo& info) = 0;
    virtual void end_group() = 0;
};

/// Reads a map into options: checks kinds, ranges, missing required keys and unknown keys (with the nearest known key
/// as a hint). Every mistake becomes a diagnostic and leaves its variable as it was; null stands for an empty map.
/// Infinity and NaN are never taken.
/// @param path  dotted path of `node`, for messages ("strategy"); may be empty
/// @param ignore  keys that are someone else's (e.g. "name" of a chosen component)
void read_options(const ConfigNode& node, std::string_view path, Diagnostics& diagnostics,
                  const std::vector<std::string_view>& ignore, const std::function<void(OptionVisitor&)>& visit);

template <class Options>
void read_options(const ConfigNode& node, std::string_view path, Diagnostics& diagnostics, Options& options,
                  const std::vector<std::string_view>& ignore = {}) {
    read_options(node, path, diagnostics, ignore, [&](OptionVisitor& v) { options.visit(v); });
}

/// As read_options into options of its own; returns all of them as a map, defaults included: what the configuration
/// means.
ConfigNode resolve_options(const ConfigNode& node, std::string_view path, Diagnostics& diagnostics,
                           const std::vector<std::string_view>& ignore,
                           const std::function<void(OptionVisitor&)>& visit);

/// One row per key, e.g. for `hpnas list`: dotted key, type, range, default, doc.
struct OptionDoc {
    std::string key, type, range, default_value, doc;
    bool required = false;
};
std::vector<OptionDoc> document_options(const std::function<void(OptionVisitor&)>& visit);

/// The options' present values as a map: the resolved configuration.
ConfigNode write_options(const std::function<void(OptionVisitor&)>& visit);

}  // namespace hpnas
