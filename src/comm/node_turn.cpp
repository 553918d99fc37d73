#include "hpnas/comm/node_turn.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

/// @return whether the lock was taken or given back; a signal does not end the wait
bool change_lock(int descriptor, int operation) noexcept {
    while (::flock(descriptor, operation) != 0)
        if (errno != EINTR) return false;
    return true;
}

/// Does something at the end of a scope, however it ends.
template <class Action>
struct AtEnd {
    Action action;
    ~AtEnd() { action(); }
};

}  // namespace

NodeTurn::NodeTurn(const std::string& file)
    : file_(file), descriptor_(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
    if (descriptor_ < 0) throw CommError(fmt::format("{}: {}", file, std::strerror(errno)));
}

NodeTurn::~NodeTurn() { ::close(descriptor_); }

void NodeTurn::compute(const std::function<void()>& work) {
    lock(LOCK_SH);
    computing_ = true;
    const AtEnd end{[this] {
        computing_ = false;
        change_lock(descriptor_, LOCK_UN);
    }};
    work();
}

// A lock that is changed from shared to exclusive is given up first (flock(2)).
void NodeTurn::measure(const std::function<void()>& work) {
    lock(LOCK_EX);
    const AtEnd end{[this] { change_lock(descriptor_, computing_ ? LOCK_SH : LOCK_UN); }};
    work();
}

void NodeTurn::lock(int operation) {
    if (!change_lock(descriptor_, operation)) throw CommError(fmt::format("{}: {}", file_, std::strerror(errno)));
}

}  // namespace hpnas
