#include <gtest/gtest.h>

#include <algorithm>

#include "hpnas/core/error.hpp"
#include "hpnas/core/rng.hpp"
#include "hpnas/sched/search_ledger.hpp"
#include "hpnas/store/record.hpp"
#include "hpnas/strategy/strategy.hpp"
#include "sched/toy_search.hpp"

namespace hpnas {
namespace {

using namespace sched_test;

ScheduleOptions schedule(ScheduleMode mode, std::int64_t candidates = 30) {
    ScheduleOptions options;
    options.mode = mode;
    options.candidates = candidates;
    options.window = 4;
    return options;
}

/// Evaluates with `width` candidates in flight at a time, finishing them in a random order, until `stop_after` results.
void drive(SearchLedger& ledger, std::size_t width, std::uint64_t order_seed, int stop_after = 1000000) {
    Rng rng(order_seed, Purpose::test);
    std::vector<Candidate> in_flight;
    while (!ledger.finished() && stop_after > 0) {
        while (in_flight.size() < width) {
            auto candidate = ledger.take();
            if (!candidate) break;
            in_flight.push_back(*candidate);
        }
        if (in_flight.empty()) {
            ASSERT_TRUE(ledger.finished());
            return;
        }
        const auto which = static_cast<std::ptrdiff_t>(rng.below(in_flight.size()));
        ledger.record({ToyEvaluator::value(in_flight[static_cast<std::size_t>(which)])});
        in_flight.erase(in_flight.begin() + which);
        --stop_after;
    }
}

std::vector<std::string> run(const ScheduleOptions& options, std::size_t width, std::uint64_t order_seed,
                             std::size_t generation = 0) {
    const TemporaryDirectory directory;
    Session session(directory.path(), generation);
    SearchLedger ledger(session.state(), options, 1, {});
    drive(ledger, width, order_seed);
    return table_of(session.results);
}

TEST(SearchLedger, SynchronousRunsAreEqualWhateverFinishesWhen) {
    for (const std::size_t generation : {0U, 5U}) {
        const auto reference = run(schedule(ScheduleMode::synchronous), 1, 0, generation);
        ASSERT_EQ(reference.size(), 30U);
        for (std::uint64_t order = 1; order <= 20; ++order)
            EXPECT_EQ(run(schedule(ScheduleMode::synchronous), 1 + order % 6, order, generation), reference);
    }
}

TEST(SearchLedger, WindowLimitsHowFarAsksRunAhead) {
    const TemporaryDirectory directory;
    Session session(directory.path());
    SearchLedger ledger(session.state(), schedule(ScheduleMode::synchronous), 1, {});
    std::vector<Candidate> taken;
    while (auto candidate = ledger.take()) taken.push_back(*candidate);
    ASSERT_EQ(taken.size(), 4U);  // ids 0..3: the window
    ledger.record({ToyEvaluator::value(taken[1]), ToyEvaluator::value(taken[2]), ToyEvaluator::value(taken[3])});
    EXPECT_FALSE(ledger.take().has_value());  // id 4 must not be asked before 0 is told
    ledger.record({ToyEvaluator::value(taken[0])});
    int more = 0;
    while (ledger.take()) ++more;
    EXPECT_EQ(more, 4);
}

TEST(SearchLedger, AsynchronousTellsInCompletionOrder) {
    const auto one_by_one = run(schedule(ScheduleMode::asynchronous), 1, 0);
    EXPECT_EQ(one_by_one.size(), 30U);
    EXPECT_EQ(run(schedule(ScheduleMode::asynchronous), 1, 9), one_by_one);
    EXPECT_NE(run(schedule(ScheduleMode::asynchronous), 5, 1), run(schedule(ScheduleMode::asynchronous), 5, 2));
}

/// Cuts the journal of a run at `cut` bytes, continues it and returns its table.
std::vector<std::string> continued_from(const std::string& bytes, std::size_t cut, const ScheduleOptions& options,
                                        std::size_t generation) {
    const TemporaryDirectory directory;
    std::ofstream(directory.path() / "run.journal", std::ios::binary) << bytes.substr(0, cut);
    Session session(directory.path(), generation);
    SearchLedger ledger(session.state(), options, 1, {});
    drive(ledger, 1, 0);
    EXPECT_TRUE(ledger.finished());
    return table_of(session.results);
}

/// Lengths at which a crash may leave the journal: at each record's end, one byte behind it, and in its middle.
std::vector<std::size_t> cuts_of(const std::string& bytes, std::size_t header_end) {
    std::vector<std::size_t> cuts;
    for (std::size_t at = header_end; at < bytes.size();) {
        const std::size_t size = parse_record(bytes, at).size;
        if (size == 0) throw InternalError("the journal of the test is damaged");
        cuts.insert(cuts.end(), {at, at + 1, at + size / 2});
        at += size;
    }
    return cuts;
}

std::string journal_of_run(const ScheduleOptions& options, std::size_t width, std::size_t generation,
                           std::size_t& header_end) {
    const TemporaryDirectory directory;
    Session session(directory.path(), generation);
    header_end = std::filesystem::file_size(session.journal.file());
    SearchLedger ledger(session.state(), options, 1, {});
    drive(ledger, width, 3);
    std::ifstream in(session.journal.file(), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

TEST(SearchLedger, SynchronousRunKilledAnywhereEndsWithTheSameEvaluations) {
    const ScheduleOptions options = schedule(ScheduleMode::synchronous, 20);
    for (const std::size_t generation : {0U, 5U}) {
        std::size_t header_end = 0;
        const std::string bytes = journal_of_run(options, 3, generation, header_end);
        const auto reference = continued_from(bytes, bytes.size(), options, generation);
        ASSERT_EQ(reference.size(), 20U);
        for (const std::size_t cut : cuts_of(bytes, header_end))
            EXPECT_EQ(continued_from(bytes, cut, options, generation), reference) << "cut at " << cut;
    }
}

TEST(SearchLedger, AsynchronousRunKilledAnywhereKeepsWhatItHadAndFinishes) {
    const ScheduleOptions options = schedule(ScheduleMode::asynchronous, 20);
    for (const std::size_t generation : {0U, 5U}) {
        std::size_t header_end = 0;
        const std::string bytes = journal_of_run(options, 3, generation, header_end);
        const auto reference = continued_from(bytes, bytes.size(), options, generation);
        ASSERT_EQ(reference.size(), 20U);
        for (const std::size_t cut : cuts_of(bytes, header_end)) {
            const auto table = continued_from(bytes, cut, options, generation);
            EXPECT_EQ(table.size(), 20U) << "cut at " << cut;
            // What had been evaluated before the cut is there unchanged: it is among the lines of the whole run.
            const TemporaryDirectory directory;
            std::ofstream(directory.path() / "cut", std::ios::binary) << bytes.substr(0, cut);
            for (const JournalEntry& entry : read_journal(directory.path() / "cut").entries)
                if (const auto* e = std::get_if<Evaluation>(&entry)) {
                    const std::string& whole = reference[static_cast<std::size_t>(e->candidate)];
                    EXPECT_NE(std::find(table.begin(), table.end(), whole), table.end()) << "cut at " << cut;
                }
        }
    }
}

TEST(SearchLedger, GenerationsThatAnOlderJournalLacksComeFromTheStrategy) {
    for (const ScheduleMode mode : {ScheduleMode::synchronous, ScheduleMode::asynchronous}) {
        const TemporaryDirectory old, copy;
        Session half(old.path(), 5);
        {
            SearchLedger ledger(half.state(), schedule(mode, 20), 1, {});
            drive(ledger, 1, 3, 12);
        }
        {
            Journal journal = Journal::open(copy.path() / "run.journal", toy_identity(), {});
            for (JournalEntry entry : read_journal(half.journal.file()).entries) {
                if (auto* candidate = std::get_if<Candidate>(&entry)) candidate->generation = -1;
                std::visit([&](const auto& e) { journal.append(e); }, entry);
            }
        }
        Session again(copy.path(), 5);
        SearchLedger ledger(again.state(), schedule(mode, 20), 1, {});
        drive(ledger, 1, 3);
        ASSERT_EQ(again.results.evaluations().size(), 20U);
        for (const Evaluation* e : again.results.evaluations())
            EXPECT_EQ(again.results.candidate(e->candidate).generation, e->candidate / 5) << e->candidate;
    }
}

TEST(SearchLedger, FinishedRunAsksForNothingMore) {
    const TemporaryDirectory directory;
    for (int session_number = 0; session_number < 2; ++session_number) {
        Session session(directory.path());
        SearchLedger ledger(session.state(), schedule(ScheduleMode::synchronous, 10), 1, {});
        EXPECT_EQ(ledger.finished(), session_number == 1);
        drive(ledger, 2, 1);
        EXPECT_EQ(ledger.evaluated(), 10);
    }
}

TEST(SearchLedger, LargerBudgetContinuesAsIfItHadBeenSetAtFirst) {
    const auto reference = run(schedule(ScheduleMode::synchronous, 25), 1, 0);
    const TemporaryDirectory directory;
    for (const std::int64_t budget : {10, 25}) {
        Session session(directory.path());
        SearchLedger ledger(session.state(), schedule(ScheduleMode::synchronous, budget), 1, {});
        drive(ledger, 3, 1);
        if (budget == 25) {
            EXPECT_EQ(table_of(session.results), reference);
        }
    }
}

TEST(SearchLedger, SmallerBudgetThanWhatIsThereIsFinishedAtOnce) {
    const TemporaryDirectory directory;
    for (const std::int64_t budget : {20, 10}) {
        Session session(directory.path());
        SearchLedger ledger(session.state(), schedule(ScheduleMode::synchronous, budget), 1, {});
        drive(ledger, 3, 1);
        EXPECT_TRUE(ledger.finished());
        EXPECT_EQ(session.results.evaluations().size(), 20U);
    }
}

TEST(SearchLedger, OtherProposalsThanRecordedAreRefused) {
    for (const ScheduleMode mode : {ScheduleMode::synchronous, ScheduleMode::asynchronous}) {
        const TemporaryDirectory directory;
        {
            Session session(directory.path());
            SearchLedger ledger(session.state(), schedule(mode), 1, {});
            drive(ledger, 2, 1, 5);
        }
        Session session(directory.path(), 0, 6);  // another seed
        EXPECT_THROW(SearchLedger(session.state(), schedule(mode), 1, {}), ConfigError);
    }
}

TEST(SearchLedger, OtherScheduleIsRefused) {
    const TemporaryDirectory directory;
    {
        Session session(directory.path());
        SearchLedger ledger(session.state(), schedule(ScheduleMode::synchronous), 1, {});
    }
    Session session(directory.path());
    ScheduleOptions wider = schedule(ScheduleMode::synchronous);
    wider.window = 5;
    EXPECT_THROW(SearchLedger(session.state(), wider, 1, {}), ConfigError);
    EXPECT_THROW(SearchLedger(session.state(), schedule(ScheduleMode::asynchronous), 1, {}), ConfigError);
}

TEST(SearchLedger, ExhaustedStrategyFinishesBeforeTheBudget) {
    const TemporaryDirectory directory;
    Session session(directory.path(), 0, 5, 6);
    SearchLedger ledger(session.state(), schedule(ScheduleMode::synchronous), 1, {});
    drive(ledger, 2, 1);
    EXPECT_TRUE(ledger.finished());
    EXPECT_EQ(ledger.evaluated(), 6);
}

/// All encodings with an even first choice are one network, and so are those with an odd one.
Encoding parity(const Encoding& x) { return {static_cast<std::int16_t>(x[0] % 2)}; }

TEST(SearchLedger, RepeatedNetworksAreEvaluatedOnceAndAnsweredFromTheStore) {
    for (const ScheduleMode mode : {ScheduleMode::synchronous, ScheduleMode::asynchronous}) {
        const TemporaryDirectory directory;
        Session session(directory.path());
        ScheduleOptions options = schedule(mode, 12);
        options.canonical = parity;
        SearchLedger ledger(session.state(), options, 1, {});
        int evaluations = 0;
        while (!ledger.finished()) {
            const auto candidate = ledger.take();
            if (!candidate) break;  // the last ones were answered while asking
            ledger.record({ToyEvaluator::value(*candidate)});
            ++evaluations;
        }
        EXPECT_TRUE(ledger.finished());
        EXPECT_EQ(evaluations, 2);
        EXPECT_EQ(ledger.evaluated(), 12);
        std::map<Encoding, std::vector<double>> value_of;
        for (const Evaluation* e : session.results.evaluations()) {
            const auto [known, is_new] =
                value_of.try_emplace(parity(session.results.candidate(e->candidate).encoding), e->objectives);
            EXPECT_EQ(e->objectives, known->second);
        }
    }
}

TEST(SearchLedger, RepeatsSurviveARestartAnywhere) {
    for (const ScheduleMode mode : {ScheduleMode::synchronous, ScheduleMode::asynchronous}) {
        ScheduleOptions options = schedule(mode, 12);
        options.canonical = parity;
        std::size_t header_end = 0;
        const std::string bytes = journal_of_run(options, 3, 0, header_end);
        for (const std::size_t cut : cuts_of(bytes, header_end))
            EXPECT_EQ(continued_from(bytes, cut, options, 0).size(), 12U) << "cut at " << cut;
    }
}

TEST(SearchLedger, EvaluationIsInTheJournalWhenRecordReturns) {
    const TemporaryDirectory directory;
    Session session(directory.path());
    SearchLedger ledger(session.state(), schedule(ScheduleMode::synchronous), 1, {});
    const auto candidate = ledger.take();
    ledger.record({ToyEvaluator::value(*candidate)});
    const JournalContent content = read_journal(session.journal.file());
    const auto found = std::find_if(content.entries.begin(), content.entries.end(), [](const JournalEntry& entry) {
        return std::holds_alternative<Evaluation>(entry);
    });
    EXPECT_NE(found, content.entries.end());
}

/// Notes whether what it is told is on the disk.
class DiskWatcher final : public Strategy {
public:
    explicit DiskWatcher(const Journal& journal) : Strategy({toy_decisions(), 5, {}, {}, {}, {}}), journal_(&journal) {}
    std::vector<bool> on_disk;  ///< of the results, in the order told

private:
    std::vector<Candidate> propose(std::size_t n) override {
        std::vector<Candidate> all(n);
        for (Candidate& candidate : all) {
            candidate.encoding = {static_cast<std::int16_t>(asked_ % 10), static_cast<std::int16_t>(asked_ / 10), 0, 0};
            ++asked_;
        }
        return all;
    }
    void observe(const Candidate&, const Evaluation&) override { on_disk.push_back(journal_->synced()); }

    const Journal* journal_;
    int asked_ = 0;
};

TEST(SearchLedger, ResultIsOnTheDiskBeforeTheStrategyHearsOfIt) {
    for (const ScheduleMode mode : {ScheduleMode::synchronous, ScheduleMode::asynchronous}) {
        const TemporaryDirectory directory;
        Session session(directory.path());
        DiskWatcher watcher(session.journal);
        SearchState state = session.state();
        state.strategy = &watcher;
        SearchLedger ledger(state, schedule(mode, 12), 1, {});
        while (const auto candidate = ledger.take()) ledger.record({ToyEvaluator::value(*candidate)});
        EXPECT_EQ(watcher.on_disk, std::vector<bool>(12, true));
    }
}

TEST(SearchLedger, KeptResultIsOnTheDiskAndToldAtTheNextStartOnly) {
    for (const ScheduleMode mode : {ScheduleMode::synchronous, ScheduleMode::asynchronous}) {
        const TemporaryDirectory directory;
        {
            Session session(directory.path());
            DiskWatcher watcher(session.journal);
            SearchState state = session.state();
            state.strategy = &watcher;
            SearchLedger ledger(state, schedule(mode, 12), 1, {});
            ledger.keep({ToyEvaluator::value(*ledger.take())});
            EXPECT_TRUE(session.journal.synced());
            EXPECT_TRUE(watcher.on_disk.empty());
        }
        Session session(directory.path());
        DiskWatcher watcher(session.journal);
        SearchState state = session.state();
        state.strategy = &watcher;
        SearchLedger ledger(state, schedule(mode, 12), 1, {});
        EXPECT_EQ(watcher.on_disk.size(), 1U);
        EXPECT_EQ(ledger.evaluated(), 1);
        drive(ledger, 2, 1);
        EXPECT_EQ(watcher.on_disk.size(), 12U);
    }
}

TEST(SearchLedger, CloseNotesTheReason) {
    const TemporaryDirectory directory;
    Session session(directory.path());
    SearchLedger ledger(session.state(), schedule(ScheduleMode::synchronous), 3, {});
    ledger.close("time limit");
    const JournalContent content = read_journal(session.journal.file());
    const auto& event = std::get<JournalEvent>(content.entries.back());
    EXPECT_EQ(event.kind, JournalEvent::Kind::stop);
    EXPECT_EQ(event.reason, "time limit");
    EXPECT_EQ(event.ranks, 3);
}

}  // namespace
}  // namespace hpnas
