#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "hpnas/search/candidate.hpp"
#include "hpnas/store/byte_stream.hpp"
#include "hpnas/store/journal.hpp"
#include "hpnas/store/run_identity.hpp"

namespace hpnas {

/// Bytes of the values that journals and messages between ranks are made of; field order as in src/store/FORMAT.md.
void write_candidate(ByteWriter& out, const Candidate& candidate);
Candidate read_candidate(ByteReader& in);
void write_evaluation(ByteWriter& out, const Evaluation& evaluation);
Evaluation read_evaluation(ByteReader& in);
void write_identity(ByteWriter& out, const RunIdentity& identity);
RunIdentity read_identity(ByteReader& in);

enum class RecordType : std::uint32_t {
    header = 1,
    ask = 2,
    evaluation = 3,
    event = 4,
    blob = 5
};  // stored: keep the values

/// A framed record: u32 payload length, u32 type, u32 check of these two, payload, u64 XXH3 of all before it. Both
/// checks are seeded with the record's offset in the file, so that a record is valid in its own place only.
std::string frame_record(RecordType type, std::string_view payload, std::uint64_t offset);
std::string frame_entry(const JournalEntry& entry, std::uint64_t offset);

/// A record found in a file's bytes.
struct FramedRecord {
    RecordType type = RecordType::header;
    std::string_view payload;
    std::uint64_t size = 0;  ///< of the whole record; 0: no valid record here
};
/// The record at `offset` of `file_bytes`; size 0 if there is none or it is damaged.
FramedRecord parse_record(std::string_view file_bytes, std::uint64_t offset) noexcept;
/// @throws StoreError(data) for an unknown type or a payload that does not fit its type.
JournalEntry decode_entry(const FramedRecord& record, std::string_view where);

}  // namespace hpnas
