#include <fmt/format.h>

#include "hpnas/config/option_range.hpp"
#include "hpnas/config/options.hpp"
#include "hpnas/config/scalar.hpp"

namespace hpnas {
namespace {

/// Collects one row per visited option; its variable's present value is the default.
class OptionDocumenter final : public OptionVisitor {
public:
    std::vector<OptionDoc> take() { return std::move(rows_); }

    void boolean(const OptionInfo& info, bool& value) override { add(info, "boolean", value ? "true" : "false"); }
    void integer(const OptionInfo& info, std::int64_t& value) override {
        add(info, "integer", fmt::format("{}", value));
    }
    void number(const OptionInfo& info, double& value) override { add(info, "number", format_number(value)); }
    void text(const OptionInfo& info, std::string& value) override { add(info, "text", value); }
    void choice(const OptionInfo& info, std::string& value, std::span<const std::string_view> choices) override {
        add(info, "choice", value);
        rows_.back().range = fmt::format("{}", fmt::join(choices, " | "));
    }
    void numbers(const OptionInfo& info, std::vector<double>& value) override {
        std::vector<std::string> texts;
        for (const double number : value) texts.push_back(format_number(number));
        add(info, "list of numbers", fmt::format("[{}]", fmt::join(texts, ", ")));
    }
    void integers(const OptionInfo& info, std::vector<std::int64_t>& value) override {
        add(info, "list of integers", fmt::format("[{}]", fmt::join(value, ", ")));
    }
    void texts(const OptionInfo& info, std::vector<std::string>& value) override {
        add(info, "list of texts", fmt::format("[{}]", fmt::join(value, ", ")));
    }
    void subtree(const OptionInfo& info, ConfigNode& value) override {
        add(info, "any", value.kind == ConfigNode::Kind::null ? "" : to_yaml_line(value));
    }

private:
    void add(const OptionInfo& info, std::string type, std::string default_value) {
        rows_.push_back({prefix() + std::string(info.name), std::move(type), range_text(info),
                         info.required ? "" : std::move(default_value), std::string(info.doc), info.required});
    }
    std::string prefix() const {
        std::string text;
        for (const std::string& group : groups_) text += group + ".";
        return text;
    }
    void begin_group(const OptionInfo& info) override { groups_.emplace_back(info.name); }
    void end_group() override { groups_.pop_back(); }

    std::vector<OptionDoc> rows_;
    std::vector<std::string> groups_;
};

}  // namespace

std::vector<OptionDoc> document_options(const std::function<void(OptionVisitor&)>& visit) {
    OptionDocumenter documenter;
    visit(documenter);
    return documenter.take();
}

}  // namespace hpnas
