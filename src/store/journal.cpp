#include "hpnas/store/journal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <utility>

#include "hpnas/core/error.hpp"
#include "hpnas/store/record.hpp"

namespace hpnas {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view magic = "HPNASJ1\n";

std::string errno_text() { return std::strerror(errno); }

std::string slurp(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) throw StoreError(fmt::format("{}: cannot be opened: {}", file.string(), errno_text()), ExitCode::no_input);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// A crash can only damage the end of the file. A valid record behind the damage means that something else did it.
bool any_record_after(std::string_view bytes, std::uint64_t offset) noexcept {
    for (std::uint64_t at = offset + 1; at < bytes.size(); ++at)
        if (parse_record(bytes, at).size != 0) return true;
    return false;
}

void sync_directory(const fs::path& directory) {
    const int fd = ::open(directory.empty() ? "." : directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return;
    ::fsync(fd);  // some file systems refuse this on directories; there is nothing else to try
    ::close(fd);
}

FramedRecord header_record(std::string_view bytes, const fs::path& file) {
    const FramedRecord header = bytes.starts_with(magic) ? parse_record(bytes, magic.size()) : FramedRecord{};
    if (header.size == 0 || header.type != RecordType::header)
        throw StoreError(
            fmt::format("{}: offset 0: expected a journal's header, got something else; restore the file or choose "
                        "another output directory",
                        file.string()),
            ExitCode::data);
    return header;
}

}  // namespace

const JournalBlob* JournalContent::blob(std::string_view name) const noexcept {
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry)
        if (const auto* found = std::get_if<JournalBlob>(&*entry); found != nullptr && found->name == name)
            return found;
    return nullptr;
}

JournalContent read_journal(const fs::path& file) {
    const std::string bytes = slurp(file);
    const FramedRecord header = header_record(bytes, file);
    JournalContent content;
    ByteReader in(header.payload, file.string());
    content.identity = read_identity(in);
    std::uint64_t offset = magic.size() + header.size;
    while (offset < bytes.size()) {
        const FramedRecord record = parse_record(bytes, offset);
        if (record.size == 0) break;
        content.entries.push_back(decode_entry(record, fmt::format("{}: offset {}", file.string(), offset)));
        offset += record.size;
    }
    if (offset < bytes.size() && any_record_after(bytes, offset))
        throw StoreError(
            fmt::format("{}: offset {}: the record is damaged and others follow it; restore the file from a backup",
                        file.string(), offset),
            ExitCode::data);
    content.valid_bytes = offset;
    content.torn_bytes = bytes.size() - offset;
    return content;
}

Journal::Journal(fs::path file, RunLock lock) : file_(std::move(file)), lock_(std::move(lock)) {}

Journal::Journal(Journal&& other) noexcept
    : file_(std::move(other.file_)),
      lock_(std::move(other.lock_)),
      content_(std::move(other.content_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      continued_(other.continued_),
      dirty_(other.dirty_) {}

Journal::~Journal() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

Journal Journal::open(const fs::path& file, const RunIdentity& identity, const std::vector<std::string>& allowed) {
    Journal journal(file, RunLock(file.parent_path() / "LOCK"));
    if (fs::exists(file)) {
        journal.resume(identity, allowed);
    } else {
        journal.create(identity);
    }
    return journal;
}

void Journal::create(const RunIdentity& identity) {
    ByteWriter payload;
    write_identity(payload, identity);
    const std::string bytes = std::string(magic) + frame_record(RecordType::header, payload.bytes(), magic.size());
    const fs::path temporary = file_.string() + ".tmp";
    descriptor_ = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
    if (descriptor_ < 0)
        throw StoreError(fmt::format("{}: cannot be created: {}", temporary.string(), errno_text()),
                         ExitCode::cannot_create);
    write(bytes);
    sync();
    // Only a whole header ever gets the journal's name, so a torn first record cannot exist.
    if (::rename(temporary.c_str(), file_.c_str()) != 0)
        throw StoreError(fmt::format("{}: cannot be created: {}", file_.string(), errno_text()),
                         ExitCode::cannot_create);
    sync_directory(file_.parent_path());
    content_.identity = identity;
}

void Journal::resume(const RunIdentity& identity, const std::vector<std::string>& allowed) {
    content_ = read_journal(file_);
    const std::vector<std::string> differences = identity_differences(content_.identity, identity, allowed);
    if (!differences.empty())
        throw ConfigError(
            fmt::format("{}: holds a run of another configuration:\n  {}\nchoose another output directory, or take "
                        "the changes back to continue it",
                        file_.string(), fmt::join(differences, "\n  ")));
    descriptor_ = ::open(file_.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
    if (descriptor_ < 0)
        throw StoreError(fmt::format("{}: cannot be opened for writing: {}", file_.string(), errno_text()),
                         ExitCode::cannot_create);
    if (content_.torn_bytes > 0 && ::ftruncate(descriptor_, static_cast<off_t>(content_.valid_bytes)) != 0)
        throw StoreError(fmt::format("{}: the torn last record cannot be cut off: {}", file_.string(), errno_text()));
    ::fsync(descriptor_);
    continued_ = true;
}

void Journal::append(const JournalEntry& entry) { write(frame_entry(entry, content_.valid_bytes)); }

void Journal::write(std::string_view bytes) {
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t n = ::write(descriptor_, bytes.data() + done, bytes.size() - done);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) {
            const std::string why = errno_text();
            // Best effort: without the half record the next reader has nothing to report.
            if (::ftruncate(descriptor_, static_cast<off_t>(content_.valid_bytes)) != 0) errno = 0;
            throw StoreError(fmt::format("{}: cannot be written: {}; free space and run the same command again",
                                         file_.string(), why));
        }
        done += static_cast<std::size_t>(n);
    }
    content_.valid_bytes += bytes.size();
    dirty_ = true;
}

void Journal::sync() {
    if (!dirty_) return;
    if (::fsync(descriptor_) != 0)
        throw StoreError(fmt::format("{}: cannot be synced to disk: {}", file_.string(), errno_text()));
    dirty_ = false;
}

}  // namespace hpnas
