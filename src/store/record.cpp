#include "hpnas/store/record.hpp"

#include <fmt/format.h>

#include "hpnas/core/hash.hpp"

namespace hpnas {
namespace {

constexpr std::size_t head_bytes = 12;
constexpr std::size_t tail_bytes = 8;

template <class T>
T number_at(std::string_view bytes, std::size_t at) noexcept {
    T value;
    std::memcpy(&value, bytes.data() + at, sizeof(T));
    return value;
}

std::uint32_t head_check(std::string_view head, std::uint64_t offset) noexcept {
    return static_cast<std::uint32_t>(hash64(head, offset));
}

void write_quantities(ByteWriter& out, const std::vector<Quantity>& quantities) {
    out.number(static_cast<std::uint32_t>(quantities.size()));
    for (const Quantity& q : quantities) {
        out.text(q.name);
        out.text(q.unit);
        out.text(q.doc);
        out.number(static_cast<std::uint8_t>(q.maximise));
    }
}

std::vector<Quantity> read_quantities(ByteReader& in) {
    std::vector<Quantity> quantities(in.number<std::uint32_t>());
    for (Quantity& q : quantities) {
        q.name = in.text();
        q.unit = in.text();
        q.doc = in.text();
        q.maximise = in.number<std::uint8_t>() != 0;
    }
    return quantities;
}

std::string event_bytes(const JournalEvent& event) {
    ByteWriter out;
    out.number(static_cast<std::uint8_t>(event.kind));
    out.number(event.utc);
    out.number(event.ranks);
    out.text(event.schedule);
    out.text(event.reason);
    return out.bytes();
}

JournalEvent read_event(ByteReader& in) {
    JournalEvent event;
    event.kind = static_cast<JournalEvent::Kind>(in.number<std::uint8_t>());
    event.utc = in.number<double>();
    event.ranks = in.number<std::int32_t>();
    event.schedule = in.text();
    event.reason = in.text();
    return event;
}

struct EntryFramer {
    std::uint64_t offset;
    std::string operator()(const Candidate& candidate) const {
        ByteWriter out;
        write_candidate(out, candidate);
        return frame_record(RecordType::ask, out.bytes(), offset);
    }
    std::string operator()(const Evaluation& evaluation) const {
        ByteWriter out;
        write_evaluation(out, evaluation);
        return frame_record(RecordType::evaluation, out.bytes(), offset);
    }
    std::string operator()(const JournalEvent& event) const {
        return frame_record(RecordType::event, event_bytes(event), offset);
    }
    std::string operator()(const JournalBlob& blob) const {
        ByteWriter out;
        out.text(blob.name);
        out.text(blob.bytes);
        return frame_record(RecordType::blob, out.bytes(), offset);
    }
};

}  // namespace

void write_candidate(ByteWriter& out, const Candidate& candidate) {
    out.number(candidate.id);
    out.vector(candidate.encoding);
    out.vector(candidate.parents);
    out.number(candidate.generation);
}

Candidate read_candidate(ByteReader& in) {
    Candidate candidate;
    candidate.id = in.number<std::int64_t>();
    candidate.encoding = in.vector<std::int16_t>();
    candidate.parents = in.vector<std::int64_t>();
    if (!in.at_end()) candidate.generation = in.number<std::int32_t>();  // journals of older programs have none
    return candidate;
}

void write_evaluation(ByteWriter& out, const Evaluation& evaluation) {
    out.number(evaluation.candidate);
    out.number(static_cast<std::uint8_t>(evaluation.status));
    out.vector(evaluation.objectives);
    out.vector(evaluation.metrics);
    out.number(evaluation.wall.count());
    out.text(evaluation.reason);
}

Evaluation read_evaluation(ByteReader& in) {
    Evaluation evaluation;
    evaluation.candidate = in.number<std::int64_t>();
    evaluation.status = static_cast<EvalStatus>(in.number<std::uint8_t>());
    evaluation.objectives = in.vector<double>();
    evaluation.metrics = in.vector<double>();
    evaluation.wall = Seconds(in.number<double>());
    evaluation.reason = in.text();
    return evaluation;
}

void write_identity(ByteWriter& out, const RunIdentity& identity) {
    out.text(identity.config);
    out.number(identity.seed);
    out.number(static_cast<std::uint32_t>(identity.decisions.size()));
    for (const Decision& decision : identity.decisions) {
        out.text(decision.name);
        out.vector(decision.values);
        out.number(static_cast<std::uint8_t>(decision.ordered));
    }
    write_quantities(out, identity.objectives);
    write_quantities(out, identity.metrics);
    out.vector(identity.pareto);
    out.number(identity.n_deterministic_metrics);
}

RunIdentity read_identity(ByteReader& in) {
    RunIdentity identity;
    identity.config = in.text();
    identity.seed = in.number<std::uint64_t>();
    identity.decisions.resize(in.number<std::uint32_t>());
    for (Decision& decision : identity.decisions) {
        decision.name = in.text();
        decision.values = in.vector<double>();
        decision.ordered = in.number<std::uint8_t>() != 0;
    }
    identity.objectives = read_quantities(in);
    identity.metrics = read_quantities(in);
    identity.pareto = in.vector<std::string>();
    identity.n_deterministic_metrics = in.number<std::int64_t>();
    return identity;
}

std::string frame_record(RecordType type, std::string_view payload, std::uint64_t offset) {
    ByteWriter head;
    head.number(static_cast<std::uint32_t>(payload.size()));
    head.number(static_cast<std::uint32_t>(type));
    head.number(head_check(head.bytes(), offset));
    std::string bytes = head.bytes();
    bytes += payload;
    ByteWriter tail;
    tail.number(hash64(bytes, offset));
    return bytes + tail.bytes();
}

std::string frame_entry(const JournalEntry& entry, std::uint64_t offset) {
    return std::visit(EntryFramer{offset}, entry);
}

FramedRecord parse_record(std::string_view file_bytes, std::uint64_t offset) noexcept {
    const std::string_view rest = file_bytes.substr(offset);
    if (rest.size() < head_bytes + tail_bytes) return {};
    if (number_at<std::uint32_t>(rest, 8) != head_check(rest.substr(0, 8), offset)) return {};
    const std::size_t length = number_at<std::uint32_t>(rest, 0);
    if (rest.size() - head_bytes - tail_bytes < length) return {};
    const std::string_view body = rest.substr(0, head_bytes + length);
    if (number_at<std::uint64_t>(rest, body.size()) != hash64(body, offset)) return {};
    return {static_cast<RecordType>(number_at<std::uint32_t>(rest, 4)), body.substr(head_bytes),
            body.size() + tail_bytes};
}

JournalEntry decode_entry(const FramedRecord& record, std::string_view where) {
    ByteReader in(record.payload, where);
    switch (record.type) {
        case RecordType::ask:
            return read_candidate(in);
        case RecordType::evaluation:
            return read_evaluation(in);
        case RecordType::event:
            return read_event(in);
        case RecordType::blob: {
            std::string name = in.text();
            return JournalBlob{std::move(name), in.text()};
        }
        case RecordType::header:
            break;
    }
    throw StoreError(fmt::format("{}: record type {} is not known to this version of the program", where,
                                 static_cast<std::uint32_t>(record.type)),
                     ExitCode::data);
}

}  // namespace hpnas
