#include <fmt/core.h>

#include "hpnas/app/command.hpp"
#include "hpnas/h5/file.hpp"

namespace hpnas {
namespace {

std::string value_of(const h5::Object& object, const std::string& name) {
    try {
        std::string text;
        for (const std::string& part : object.texts(name)) text += (text.empty() ? "" : ", ") + part;
        return text;
    } catch (const StoreError&) {
    }
    try {
        std::string text;
        for (const double number : object.numbers(name)) text += fmt::format("{}{}", text.empty() ? "" : ", ", number);
        return text;
    } catch (const StoreError&) {
        return "...";
    }
}

bool is_scale_bookkeeping(const std::string& name) {
    return name == "CLASS" || name == "NAME" || name == "DIMENSION_LIST" || name == "REFERENCE_LIST" ||
           name.starts_with("_Netcdf");
}

void print_attributes(const h5::Object& object, const std::string& indent) {
    for (const std::string& name : object.attributes())
        if (!is_scale_bookkeeping(name)) {
            const std::string value = value_of(object, name);
            const bool long_text = value.find('\n') != std::string::npos;
            fmt::print("{}{}: {}\n", indent, name, long_text ? fmt::format("({} bytes of text)", value.size()) : value);
        }
}

void print_group(const h5::Group& group, const std::string& indent) {
    for (const std::string& name : group.names()) {
        if (group.is_group(name)) {
            const h5::Group child = group.group(name);
            fmt::print("{}{}/\n", indent, name);
            print_attributes(child, indent + "    ");
            print_group(child, indent + "    ");
            continue;
        }
        const h5::Dataset dataset = group.dataset(name);
        std::string sizes;
        for (const auto size : dataset.sizes()) sizes += fmt::format("{}{}", sizes.empty() ? "" : ", ", size);
        const std::string unit = dataset.has("units") ? " [" + dataset.text("units") + "]" : "";
        const std::string doc = dataset.has("long_name") ? "  " + dataset.text("long_name") : "";
        fmt::print("{}{:<24} ({}){}{}\n", indent, name, sizes, unit, doc);
    }
}

}  // namespace

ExitCode info_command(const Command& command) {
    const h5::File file = h5::File::open(command.files.front());
    const h5::Group root = file.root();
    fmt::print("{}\n", file.path());
    print_attributes(root, "    ");
    print_group(root, "    ");
    return ExitCode::ok;
}

}  // namespace hpnas
