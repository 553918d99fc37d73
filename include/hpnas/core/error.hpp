#pragma once
#include <stdexcept>
#include <string>
#include <vector>

namespace hpnas {

/// Exit codes of the program (sysexits.h values); every rank of a job returns the same one.
enum class ExitCode : int {
    ok = 0,
    internal = 1,
    usage = 64,          ///< bad command line
    data = 65,           ///< bad or corrupt input
    no_input = 66,       ///< input missing
    cannot_create = 73,  ///< output cannot be created
    io = 74,             ///< write failed: disk full, quota
    stopped = 75,        ///< stopped on request or time limit: run the same command again to continue
    config = 78,         ///< bad configuration, or one with which no candidate was evaluated with success
};

/// Base of every error that the library throws. The derived type says who must act.
/// Message form: where: what: expected ..., got ...; then the way out.
class Error : public std::runtime_error {
public:
    Error(ExitCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
    ExitCode exit_code() const noexcept { return code_; }

private:
    ExitCode code_;
};

/// The user's configuration is wrong; the message holds one line per mistake, each with file:line and key.
struct ConfigError : Error {
    explicit ConfigError(const std::string& message) : Error(ExitCode::config, message) {}
};
/// An operator or kernel got shapes it cannot work on.
struct ShapeError : Error {
    explicit ShapeError(const std::string& message) : Error(ExitCode::config, message) {}
};
/// An encoding or architecture string does not belong to its space.
struct EncodingError : Error {
    explicit EncodingError(const std::string& message) : Error(ExitCode::data, message) {}
};
/// A data file is missing (no_input) or corrupt (data); the message names file and record.
struct DataError : Error {
    explicit DataError(const std::string& message, ExitCode code = ExitCode::data) : Error(code, message) {}
};
/// A result, journal or table file cannot be read, created or written; the message names file and object.
struct StoreError : Error {
    explicit StoreError(const std::string& message, ExitCode code = ExitCode::io) : Error(code, message) {}
};
/// A rank was lost or a message was malformed.
struct CommError : Error {
    explicit CommError(const std::string& message) : Error(ExitCode::internal, message) {}
};
/// A mistake in the program itself.
struct InternalError : Error {
    explicit InternalError(const std::string& message) : Error(ExitCode::internal, message) {}
};

}  // namespace hpnas
