#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>

#include "hpnas/core/error.hpp"
#include "hpnas/store/journal.hpp"
#include "store/store_samples.hpp"

namespace hpnas {
namespace {

using store_test::candidate;
using store_test::evaluation;
using store_test::identity;
using store_test::read_bytes;
using store_test::write_bytes;

class JournalTest : public ::testing::Test {
protected:
    store_test::TemporaryDirectory directory_;
    std::filesystem::path file_ = directory_.path() / "run.journal";

    /// Ends of the records after the header: offsets at which a cut loses nothing but whole records.
    std::vector<std::uint64_t> write_sample() {
        std::vector<std::uint64_t> ends;
        Journal journal = Journal::open(file_, identity(), {});
        const auto put = [&](const JournalEntry& entry) {
            journal.append(entry);
            ends.push_back(std::filesystem::file_size(file_));
        };
        ends.push_back(std::filesystem::file_size(file_));
        put(JournalEvent{JournalEvent::Kind::start, 1e9, 2, "synchronous window=8", ""});
        put(candidate(0));
        put(candidate(1));
        put(evaluation(1, 0.5, 60, 2));
        put(JournalBlob{"screening", std::string("\0\1", 2)});
        put(store_test::failure(0, "loss became NaN"));
        journal.sync();
        return ends;
    }
};

TEST_F(JournalTest, ReturnsItsRecordsInOrder) {
    write_sample();
    const JournalContent content = read_journal(file_);
    ASSERT_EQ(content.entries.size(), 6U);
    EXPECT_EQ(std::get<JournalEvent>(content.entries[0]).schedule, "synchronous window=8");
    EXPECT_EQ(std::get<Candidate>(content.entries[2]).encoding, (Encoding{1, 1}));
    EXPECT_EQ(std::get<Evaluation>(content.entries[3]).metrics, (std::vector<double>{60, 2}));
    EXPECT_EQ(std::get<Evaluation>(content.entries[5]).reason, "loss became NaN");
    EXPECT_EQ(content.blob("screening")->bytes, std::string("\0\1", 2));
    EXPECT_EQ(content.blob("other"), nullptr);
    EXPECT_EQ(content.torn_bytes, 0U);
}

TEST_F(JournalTest, IsSyncedUntilTheNextRecord) {
    Journal journal = Journal::open(file_, identity(), {});
    EXPECT_TRUE(journal.synced());
    journal.append(candidate(0));
    EXPECT_FALSE(journal.synced());
    journal.sync();
    EXPECT_TRUE(journal.synced());
}

TEST_F(JournalTest, CutAnywhereItKeepsEveryWholeRecordAndGoesOn) {
    const std::vector<std::uint64_t> ends = write_sample();
    const std::string bytes = read_bytes(file_);
    std::size_t whole = 0;
    for (std::uint64_t cut = ends[0]; cut <= bytes.size(); ++cut) {
        if (whole + 1 < ends.size() && ends[whole + 1] == cut) ++whole;
        write_bytes(file_, bytes.substr(0, cut));
        {
            Journal journal = Journal::open(file_, identity(), {});
            EXPECT_TRUE(journal.continued());
            EXPECT_EQ(journal.content().entries.size(), whole) << "cut at " << cut;
            EXPECT_EQ(journal.content().torn_bytes, cut - ends[whole]);
            journal.append(candidate(99));
            journal.sync();
        }
        const JournalContent content = read_journal(file_);
        EXPECT_EQ(content.entries.size(), whole + 1);
        EXPECT_EQ(std::get<Candidate>(content.entries.back()).id, 99);
    }
}

TEST_F(JournalTest, DamageBeforeTheLastRecordIsRefusedWithFileAndOffset) {
    const std::vector<std::uint64_t> ends = write_sample();
    const std::string bytes = read_bytes(file_);
    for (std::uint64_t at = ends[2]; at < ends[3]; ++at) {  // every byte of the third record
        std::string damaged = bytes;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
        write_bytes(file_, damaged);
        try {
            read_journal(file_);
            ADD_FAILURE() << "byte " << at;
        } catch (const StoreError& error) {
            EXPECT_EQ(error.exit_code(), ExitCode::data);
            EXPECT_NE(std::string(error.what()).find("run.journal: offset " + std::to_string(ends[2])),
                      std::string::npos);
        }
    }
}

TEST_F(JournalTest, TailOfZerosFromAPowerCutIsDropped) {
    const std::vector<std::uint64_t> ends = write_sample();
    write_bytes(file_, read_bytes(file_) + std::string(4096, '\0'));
    EXPECT_EQ(read_journal(file_).torn_bytes, 4096U);
}

TEST_F(JournalTest, SomethingElseIsNoJournal) {
    write_bytes(file_, "hello");
    EXPECT_THROW(read_journal(file_), StoreError);
    EXPECT_THROW(Journal::open(file_, identity(), {}), StoreError);
    EXPECT_EQ(read_bytes(file_), "hello");
}

TEST_F(JournalTest, ChangedConfigurationIsRefusedWithTheDifference) {
    write_sample();
    RunIdentity changed = identity();
    changed.config = "search:\n  strategy: {name: bayes}\n  budget: {candidates: 20}\nseed: 7\n";
    try {
        Journal::open(file_, changed, {"search.budget"});
        FAIL();
    } catch (const ConfigError& error) {
        const std::string text = error.what();
        EXPECT_NE(text.find("search.strategy.name: run has random, now bayes"), std::string::npos);
        EXPECT_EQ(text.find("candidates"), std::string::npos);
    }
}

TEST_F(JournalTest, AllowedChangeContinues) {
    write_sample();
    RunIdentity changed = identity();
    changed.config = "search:\n  strategy: {name: random}\n  budget: {candidates: 20}\nseed: 7\n";
    EXPECT_TRUE(Journal::open(file_, changed, {"search.budget"}).continued());
}

TEST_F(JournalTest, SecondOpenOfTheSameRunIsRefused) {
    const Journal journal = Journal::open(file_, identity(), {});
    EXPECT_THROW(Journal::open(file_, identity(), {}), StoreError);
}

TEST_F(JournalTest, FullDiskIsAnErrorAndLosesNothingWritten) {
    write_sample();
    const auto size = std::filesystem::file_size(file_);
    {
        Journal journal = Journal::open(file_, identity(), {});
        std::signal(SIGXFSZ, SIG_IGN);  // so that the write fails with EFBIG instead of ending the process
        rlimit before{};
        ::getrlimit(RLIMIT_FSIZE, &before);
        const rlimit small{size + 20, before.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &small);
        EXPECT_THROW(journal.append(candidate(2)), StoreError);
        ::setrlimit(RLIMIT_FSIZE, &before);
        std::signal(SIGXFSZ, SIG_DFL);
        EXPECT_EQ(std::filesystem::file_size(file_), size);
        EXPECT_NO_THROW(journal.append(candidate(2)));
    }
    EXPECT_EQ(read_journal(file_).entries.size(), 7U);
}

}  // namespace
}  // namespace hpnas
