#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hpnas {

/// Where a value stands: "configs/x.yaml:17". line 0: not from a file (a default, or --set).
struct Location {
    std::string file;
    int line = 0;
};
/// "file:line", or just "file" if line is 0.
std::string to_string(const Location& where);

/// A YAML value with the place it came from (a value in a map: the line of its key): a scalar (kept as text), a
/// sequence, a map in file order, or null. A regular value, independent of the YAML library.
struct ConfigNode {
    enum class Kind { null, scalar, sequence, map };
    Kind kind = Kind::null;
    Location where;
    std::string scalar;
    bool quoted = false;  ///< the scalar was quoted: a string even if it looks like a number
    std::vector<ConfigNode> sequence;
    std::vector<std::pair<std::string, ConfigNode>> map;

    /// The value of `key`, or nullptr if this is no map or has no such key.
    const ConfigNode* find(std::string_view key) const noexcept;
    ConfigNode* find(std::string_view key) noexcept;
};

/// @throws ConfigError with file:line for a syntax error, a duplicate key, an anchor cycle; DataError(no_input) if
/// missing.
ConfigNode load_yaml(const std::string& path);
/// @param name  stands for the file name in messages
ConfigNode parse_yaml(std::string_view text, const std::string& name);

/// Applies one `--set a.b=value`: `assignment` names a path of keys; the value is parsed as YAML; missing maps on the
/// way are made. A sequence element is named by its index ("screening.buckets_ms.0=1.5"). @throws ConfigError.
void set_by_path(ConfigNode& root, std::string_view assignment);

/// Canonical YAML text of `node` (block style, file order); parse_yaml(to_yaml(x)) has the same content as x.
std::string to_yaml(const ConfigNode& node);
/// The same content in one line, without a line end: {a: 1, b: [2, 3]}.
std::string to_yaml_line(const ConfigNode& node);

}  // namespace hpnas
