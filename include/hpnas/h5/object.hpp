#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hpnas/core/error.hpp"

namespace hpnas::h5 {

/// An open HDF5 identifier, closed when its last owner goes. Copies share it. (hid_t is a 64-bit integer since
/// HDF5 1.10.)
class Handle {
public:
    Handle() = default;
    /// @param close  the matching H5?close
    Handle(std::int64_t id, int (*close)(std::int64_t));
    std::int64_t id() const noexcept { return id_ ? *id_ : -1; }

private:
    std::shared_ptr<const std::int64_t> id_;
};

/// What groups and datasets have in common: a place in a file, and attributes. Every failure is a StoreError naming
/// file and object.
class Object {
public:
    /// "results.h5: /candidates/val_top1", for messages.
    const std::string& where() const noexcept { return where_; }

    void set(const std::string& name, std::string_view text);
    void set(const std::string& name, const char* text) { set(name, std::string_view(text)); }
    void set(const std::string& name, std::int64_t value);
    void set(const std::string& name, double value);
    void set(const std::string& name, std::span<const std::int64_t> values);
    void set(const std::string& name, std::span<const double> values);
    void set(const std::string& name, std::span<const std::string> texts);

    bool has(const std::string& name) const;
    /// Names of all attributes, sorted.
    std::vector<std::string> attributes() const;
    std::string text(const std::string& name) const;
    std::int64_t integer(const std::string& name) const;
    double number(const std::string& name) const;
    std::vector<std::int64_t> integers(const std::string& name) const;
    std::vector<double> numbers(const std::string& name) const;
    std::vector<std::string> texts(const std::string& name) const;

protected:
    Object(Handle handle, std::string where) : handle_(std::move(handle)), where_(std::move(where)) {}
    std::int64_t id() const noexcept { return handle_.id(); }
    /// @param code  data for what cannot be read, io for what cannot be written
    [[noreturn]] void fail(const std::string& what, ExitCode code = ExitCode::io) const;

private:
    Handle handle_;
    std::string where_;
};

}  // namespace hpnas::h5
