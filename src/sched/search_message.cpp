#include "hpnas/sched/search_message.hpp"

#include <fmt/format.h>

#include "hpnas/store/record.hpp"

namespace hpnas {
namespace {

struct BodyWriter {
    ByteWriter& out;
    void operator()(const ReadyMessage&) const {}
    void operator()(const WorkMessage& message) const { write_candidate(out, message.candidate); }
    void operator()(const ResultMessage& message) const { write_evaluation(out, message.evaluation); }
    void operator()(const StopMessage& message) const { out.text(message.reason); }
    void operator()(const ErrorMessage& message) const {
        out.number(static_cast<std::int32_t>(message.code));
        out.text(message.text);
    }
    void operator()(const DropMessage&) const {}
    void operator()(const GoodbyeMessage&) const {}
    void operator()(const LeaveMessage& message) const {
        out.number(static_cast<std::uint8_t>(message.outcome.finished));
        out.text(message.outcome.reason);
        out.number(message.outcome.evaluated);
        out.number(message.outcome.failed);
        out.number(static_cast<std::uint8_t>(message.error));
        out.number(static_cast<std::int32_t>(message.code));
        out.text(message.text);
    }
};

ExitCode read_code(ByteReader& in) { return static_cast<ExitCode>(in.number<std::int32_t>()); }

LeaveMessage read_leave(ByteReader& in) {
    LeaveMessage message;
    message.outcome.finished = in.number<std::uint8_t>() != 0;
    message.outcome.reason = in.text();
    message.outcome.evaluated = in.number<std::int64_t>();
    message.outcome.failed = in.number<std::int64_t>();
    message.error = in.number<std::uint8_t>() != 0;
    message.code = read_code(in);
    message.text = in.text();
    return message;
}

SearchMessage read_body(std::size_t kind, ByteReader& in) {
    switch (kind) {
        case 0:
            return ReadyMessage{};
        case 1:
            return WorkMessage{read_candidate(in)};
        case 2:
            return ResultMessage{read_evaluation(in)};
        case 3:
            return StopMessage{in.text()};
        case 4: {
            const ExitCode code = read_code(in);
            return ErrorMessage{code, in.text()};
        }
        case 5:
            return DropMessage{};
        case 6:
            return GoodbyeMessage{};
        case 7:
            return read_leave(in);
        default:
            throw CommError(fmt::format("message: unknown kind {}", kind));
    }
}

}  // namespace

std::string encode_message(const SearchMessage& message) {
    ByteWriter out;
    out.number(static_cast<std::uint8_t>(message.index()));
    std::visit(BodyWriter{out}, message);
    return out.bytes();
}

SearchMessage decode_message(std::string_view bytes) {
    try {
        ByteReader in(bytes, "message");
        const auto kind = in.number<std::uint8_t>();
        SearchMessage message = read_body(kind, in);
        if (!in.at_end()) throw CommError(fmt::format("message: bytes left over behind kind {}", kind));
        return message;
    } catch (const StoreError& error) {
        throw CommError(error.what());
    }
}

}  // namespace hpnas
