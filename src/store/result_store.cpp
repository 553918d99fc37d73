#include "hpnas/store/result_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "hpnas/core/error.hpp"
#include "hpnas/store/result_file.hpp"

namespace hpnas {
namespace {

/// Writing may take at most this share of the time.
constexpr double cost_to_period = 20;

struct EntryAdder {
    ResultStore& store;
    void operator()(const Candidate& candidate) const { store.add(candidate); }
    void operator()(const Evaluation& evaluation) const { store.add(evaluation); }
    void operator()(const JournalEvent& event) const { store.add(event); }
    void operator()(const JournalBlob&) const {}
};

}  // namespace

ResultStore::ResultStore(std::filesystem::path file, RunIdentity identity, Provenance provenance, Seconds period,
                         Log log)
    : file_(std::move(file)), period_(period), log_(std::move(log)) {
    content_.identity = std::move(identity);
    content_.provenance = std::move(provenance);
}

void ResultStore::add(const Candidate& candidate) {
    if (candidate.id < 0) return;  // an ask that brought nothing
    content_.candidates.insert_or_assign(candidate.id, candidate);
}

void ResultStore::add(const Evaluation& evaluation) {
    if (!content_.candidates.contains(evaluation.candidate))
        throw InternalError(
            fmt::format("result store: candidate {} was evaluated but never asked", evaluation.candidate));
    content_.evaluations.insert_or_assign(evaluation.candidate, evaluation);
    dirty_ = true;
}

void ResultStore::add(const JournalEvent& event) {
    content_.events.push_back(event);
    dirty_ = true;
}

void ResultStore::add(const JournalContent& content) {
    content_.events.clear();  // candidates and evaluations replace themselves, events have no number
    for (const JournalEntry& entry : content.entries) std::visit(EntryAdder{*this}, entry);
}

void ResultStore::set_table(Table table) {
    check_table(table);
    content_.tables.insert_or_assign(table.group, std::move(table));
    dirty_ = true;
}

std::vector<const Evaluation*> ResultStore::evaluations() const {
    std::vector<const Evaluation*> all;
    all.reserve(content_.evaluations.size());
    for (const auto& [id, evaluation] : content_.evaluations) all.push_back(&evaluation);
    return all;
}

const Evaluation* ResultStore::find(std::int64_t id) const noexcept {
    const auto found = content_.evaluations.find(id);
    return found == content_.evaluations.end() ? nullptr : &found->second;
}

void ResultStore::publish_or_throw() {
    const Clock::time_point begin = Clock::now();
    last_ = begin;
    write_result_file(file_, content_);
    last_ = Clock::now();
    cost_ = last_ - begin;
    dirty_ = false;
}

bool ResultStore::publish() {
    try {
        publish_or_throw();
        return true;
    } catch (const StoreError& error) {
        log_.warning("{}; the previous file is intact, the journal has every result, the next try is in {:.0f} s",
                     error.what(), period_.count());
        return false;
    }
}

void ResultStore::publish_if_due() {
    if (!dirty_ || Clock::now() - last_ < std::max(period_, cost_to_period * cost_)) return;
    publish();
}

}  // namespace hpnas
