#pragma once
#include <functional>
#include <string>

namespace hpnas {

/// Lets the processes of one node measure while the others wait: each says when it computes, and measuring begins when
/// no other one does. Processes that wait sleep. A file that all of them can open and that is no other node's, locked
/// by flock, stands for the node's processors. Thread safety: one thread per object.
class NodeTurn {
public:
    /// @param file  made if it is missing, and left behind. @throws CommError if it cannot be opened
    explicit NodeTurn(const std::string& file);
    ~NodeTurn();
    NodeTurn(const NodeTurn&) = delete;
    NodeTurn& operator=(const NodeTurn&) = delete;

    /// Does work beside others that compute; waits while one measures.
    void compute(const std::function<void()>& work);
    /// Does work while no other process computes or measures; inside compute() it gives way first, so that two who want
    /// to measure do not wait for each other.
    void measure(const std::function<void()>& work);

private:
    void lock(int operation);
    std::string file_;
    int descriptor_ = -1;
    bool computing_ = false;
};

}  // namespace hpnas
