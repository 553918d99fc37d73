#pragma once
#include <functional>

#include "hpnas/app/command.hpp"
#include "hpnas/app/layout.hpp"

namespace hpnas {

class Communicator;

/// What a sub-command that runs on many ranks works in.
struct Session {
    Communicator& comm;
    Log log;           ///< rank 0 writes to standard error; the other ranks report warnings and errors only
    bool root = true;  ///< this is rank 0: the one that prints and writes
};

/// An error that every rank throws at the same place: printed once.
struct AgreedError : Error {
    using Error::Error;
};

/// Starts MPI (or the serial communicator), runs `body` on every rank and turns errors into the same exit code
/// everywhere: an error that all ranks have is printed once; one that a single rank has ends the job.
ExitCode in_session(const Command& command, const std::function<ExitCode(Session&)>& body);

/// Runs `step` on every rank. If any rank fails, all throw the error of the lowest failing rank, so that none is left
/// waiting.
void collectively(Communicator& comm, const std::function<void()>& step);

}  // namespace hpnas
