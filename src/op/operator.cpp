#include "hpnas/op/operator.hpp"

#include <fmt/format.h>

#include <string>

namespace hpnas {
namespace {

/// Writes the visited attributes as "key: value, key: value".
class SignatureWriter final : public OptionVisitor {
public:
    std::string text_;

    void boolean(const OptionInfo& info, bool& value) override { put(info, value ? "true" : "false"); }
    void integer(const OptionInfo& info, std::int64_t& value) override { put(info, value); }
    void number(const OptionInfo& info, double& value) override { put(info, value); }
    void text(const OptionInfo& info, std::string& value) override { put(info, value); }
    void choice(const OptionInfo& info, std::string& value, std::span<const std::string_view>) override {
        put(info, value);
    }
    void numbers(const OptionInfo& info, std::vector<double>& value) override { put_list(info, value); }
    void integers(const OptionInfo& info, std::vector<std::int64_t>& value) override { put_list(info, value); }
    void texts(const OptionInfo& info, std::vector<std::string>& value) override { put_list(info, value); }
    void subtree(const OptionInfo& info, ConfigNode&) override {
        throw InternalError(fmt::format("operator attribute '{}' is a subtree, which has no signature", info.name));
    }

private:
    void begin_group(const OptionInfo& info) override {
        separate();
        text_ += fmt::format("{}: {{", info.name);
    }
    void end_group() override { text_ += '}'; }
    void separate() {
        if (!text_.empty() && text_.back() != '{') text_ += ", ";
    }
    template <class T>
    void put(const OptionInfo& info, const T& value) {
        separate();
        text_ += fmt::format("{}: {}", info.name, value);
    }
    template <class T>
    void put_list(const OptionInfo& info, const std::vector<T>& value) {
        separate();
        text_ += fmt::format("{}: [", info.name);
        for (std::size_t i = 0; i < value.size(); ++i) text_ += fmt::format("{}{}", i == 0 ? "" : ", ", value[i]);
        text_ += ']';
    }
};

}  // namespace

std::string signature(const Operator& op) {
    SignatureWriter writer;
    op.visit_attributes(writer);
    return fmt::format("{}{{{}}}", op.type(), writer.text_);
}

}  // namespace hpnas
