#include "hpnas/config/options.hpp"

namespace hpnas {
namespace {

/// Shows every option to two visitors, one after the other.
class BothVisitors final : public OptionVisitor {
public:
    BothVisitors(OptionVisitor& first, OptionVisitor& second) : first_(first), second_(second) {}

    void boolean(const OptionInfo& info, bool& value) override { both(&OptionVisitor::boolean, info, value); }
    void integer(const OptionInfo& info, std::int64_t& value) override { both(&OptionVisitor::integer, info, value); }
    void number(const OptionInfo& info, double& value) override { both(&OptionVisitor::number, info, value); }
    void text(const OptionInfo& info, std::string& value) override { both(&OptionVisitor::text, info, value); }
    void choice(const OptionInfo& info, std::string& value, std::span<const std::string_view> choices) override {
        first_.choice(info, value, choices);
        second_.choice(info, value, choices);
    }
    void numbers(const OptionInfo& info, std::vector<double>& value) override {
        both(&OptionVisitor::numbers, info, value);
    }
    void integers(const OptionInfo& info, std::vector<std::int64_t>& value) override {
        both(&OptionVisitor::integers, info, value);
    }
    void texts(const OptionInfo& info, std::vector<std::string>& value) override {
        both(&OptionVisitor::texts, info, value);
    }
    void subtree(const OptionInfo& info, ConfigNode& value) override { both(&OptionVisitor::subtree, info, value); }
    void begin_group(const OptionInfo& info) override {
        first_.begin_group(info);
        second_.begin_group(info);
    }
    void end_group() override {
        first_.end_group();
        second_.end_group();
    }

private:
    template <class Value>
    void both(void (OptionVisitor::*visit)(const OptionInfo&, Value&), const OptionInfo& info, Value& value) {
        (first_.*visit)(info, value);
        (second_.*visit)(info, value);
    }
    OptionVisitor& first_;
    OptionVisitor& second_;
};

}  // namespace

ConfigNode resolve_options(const ConfigNode& node, std::string_view path, Diagnostics& diagnostics,
                           const std::vector<std::string_view>& ignore,
                           const std::function<void(OptionVisitor&)>& visit) {
    ConfigNode resolved;
    read_options(node, path, diagnostics, ignore, [&](OptionVisitor& reader) {
        resolved = write_options([&](OptionVisitor& writer) {
            BothVisitors both(reader, writer);
            visit(both);
        });
    });
    return resolved;
}

}  // namespace hpnas
