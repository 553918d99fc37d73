#pragma once
#include <functional>
#include <string>
#include <utility>

#include "hpnas/comm/communicator.hpp"
#include "hpnas/core/error.hpp"
#include "hpnas/sched/search_message.hpp"
#include "sched/toy_search.hpp"

namespace hpnas::sched_test {

inline void say(Communicator& comm, int to, const SearchMessage& message) {
    comm.send(encode_message(message), to, search_tag);
}

inline SearchMessage hear(Communicator& comm, int from) { return decode_message(comm.receive(from, search_tag).bytes); }

/// The next message from `from`, which must be an M.
template <class M>
M expect(Communicator& comm, int from) {
    SearchMessage message = hear(comm, from);
    if (auto* wanted = std::get_if<M>(&message)) return std::move(*wanted);
    throw InternalError("the test got a message of kind " + std::to_string(message.index()));
}

/// A result of candidate `id` with objective `value`.
inline Evaluation result_of(std::int64_t id, double value = 1) {
    Evaluation e;
    e.candidate = id;
    e.objectives = {value};
    e.metrics = {100 - value, 1};
    e.wall = Seconds(0.001);
    return e;
}

/// An evaluator that does what a test says.
class ScriptedEvaluator final : public Evaluator {
public:
    using Script = std::function<std::optional<Evaluation>(const Candidate&, const Poll&)>;
    explicit ScriptedEvaluator(Script script) : script_(std::move(script)) {}
    std::span<const Quantity> objectives() const noexcept override { return toy_.objectives(); }
    std::span<const Quantity> metrics() const noexcept override { return toy_.metrics(); }

private:
    std::optional<Evaluation> do_evaluate(const Candidate& candidate, const Poll& poll) override {
        return script_(candidate, poll);
    }
    Script script_;
    ToyEvaluator toy_;
};

}  // namespace hpnas::sched_test
