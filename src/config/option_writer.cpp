#include <fmt/format.h>

#include "hpnas/config/options.hpp"
#include "hpnas/config/scalar.hpp"

namespace hpnas {
namespace {

ConfigNode plain(std::string text) {
    ConfigNode node;
    node.kind = ConfigNode::Kind::scalar;
    node.scalar = std::move(text);
    return node;
}

ConfigNode as_node(bool value) { return plain(value ? "true" : "false"); }
ConfigNode as_node(std::int64_t value) { return plain(fmt::format("{}", value)); }
ConfigNode as_node(double value) { return plain(format_number(value)); }
ConfigNode as_node(const std::string& value) {
    ConfigNode node = plain(value);
    node.quoted = reads_as_non_string(value);
    return node;
}
template <class T>
ConfigNode as_node(const std::vector<T>& values) {
    ConfigNode node;
    node.kind = ConfigNode::Kind::sequence;
    for (const T& value : values) node.sequence.push_back(as_node(value));
    return node;
}

/// Collects the present values of the visited options as a tree of maps.
class OptionWriter final : public OptionVisitor {
public:
    OptionWriter() { open_.emplace_back("", empty_map()); }
    ConfigNode take() { return std::move(open_.front().second); }

    void boolean(const OptionInfo& info, bool& value) override { put(info, as_node(value)); }
    void integer(const OptionInfo& info, std::int64_t& value) override { put(info, as_node(value)); }
    void number(const OptionInfo& info, double& value) override { put(info, as_node(value)); }
    void text(const OptionInfo& info, std::string& value) override { put(info, as_node(value)); }
    void choice(const OptionInfo& info, std::string& value, std::span<const std::string_view>) override {
        put(info, as_node(value));
    }
    void numbers(const OptionInfo& info, std::vector<double>& value) override { put(info, as_node(value)); }
    void integers(const OptionInfo& info, std::vector<std::int64_t>& value) override { put(info, as_node(value)); }
    void texts(const OptionInfo& info, std::vector<std::string>& value) override { put(info, as_node(value)); }
    void subtree(const OptionInfo& info, ConfigNode& value) override { put(info, value); }

private:
    static ConfigNode empty_map() {
        ConfigNode node;
        node.kind = ConfigNode::Kind::map;
        return node;
    }
    void put(const OptionInfo& info, ConfigNode node) {
        open_.back().second.map.emplace_back(std::string(info.name), std::move(node));
    }
    void begin_group(const OptionInfo& info) override { open_.emplace_back(std::string(info.name), empty_map()); }
    void end_group() override {
        auto group = std::move(open_.back());
        open_.pop_back();
        open_.back().second.map.push_back(std::move(group));
    }

    std::vector<std::pair<std::string, ConfigNode>> open_;  ///< the groups being filled, outermost first
};

}  // namespace

ConfigNode write_options(const std::function<void(OptionVisitor&)>& visit) {
    OptionWriter writer;
    visit(writer);
    return writer.take();
}

}  // namespace hpnas
