#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "hpnas/store/record.hpp"
#include "store/store_samples.hpp"

namespace hpnas {
namespace {

TEST(Record, CandidateSurvivesTheRoundTrip) {
    const Candidate original{41, {0, 5, 32767}, {3, 40}, 7};
    const std::string bytes = frame_entry(original, 100);
    const auto entry = decode_entry(parse_record(std::string(100, 'x') + bytes, 100), "test");
    const auto& copy = std::get<Candidate>(entry);
    EXPECT_EQ(copy.id, 41);
    EXPECT_EQ(copy.encoding, original.encoding);
    EXPECT_EQ(copy.parents, original.parents);
    EXPECT_EQ(copy.generation, 7);
}

TEST(Record, CandidateOfAnOlderProgramHasNoGeneration) {
    ByteWriter out;
    out.number(std::int64_t{41});
    out.vector(Encoding{0, 5});
    out.vector(std::vector<std::int64_t>{3});
    const std::string bytes = frame_record(RecordType::ask, out.bytes(), 0);
    const auto copy = std::get<Candidate>(decode_entry(parse_record(bytes, 0), "test"));
    EXPECT_EQ(copy.parents, std::vector<std::int64_t>{3});
    EXPECT_EQ(copy.generation, -1);
}

TEST(Record, EvaluationKeepsEveryBitOfItsNumbers) {
    Evaluation original = store_test::evaluation(3, 0.1, -0.0, std::numeric_limits<double>::infinity());
    original.status = EvalStatus::infeasible;
    original.reason = "too slow";
    const std::string bytes = frame_entry(original, 0);
    const auto copy = std::get<Evaluation>(decode_entry(parse_record(bytes, 0), "test"));
    EXPECT_EQ(copy.objectives, original.objectives);
    EXPECT_EQ(copy.metrics, original.metrics);
    EXPECT_TRUE(std::signbit(copy.metrics[0]));
    EXPECT_EQ(copy.status, EvalStatus::infeasible);
    EXPECT_EQ(copy.reason, "too slow");
    EXPECT_EQ(copy.wall.count(), 1.0);
}

TEST(Record, IdentitySurvivesTheRoundTrip) {
    const RunIdentity original = store_test::identity();
    ByteWriter out;
    write_identity(out, original);
    ByteReader in(out.bytes(), "test");
    const RunIdentity copy = read_identity(in);
    EXPECT_TRUE(in.at_end());
    EXPECT_TRUE(identity_differences(original, copy, {}).empty());
    EXPECT_EQ(copy.config, original.config);
    EXPECT_EQ(copy.pareto, original.pareto);
    EXPECT_TRUE(copy.metrics[0].maximise);
}

TEST(Record, AnyFlippedBitIsFound) {
    const std::string bytes = frame_entry(store_test::evaluation(3, 0.5, 60, 2), 64);
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        std::string damaged = std::string(64, '\0') + bytes;
        damaged[64 + bit / 8] = static_cast<char>(damaged[64 + bit / 8] ^ (1 << (bit % 8)));
        EXPECT_EQ(parse_record(damaged, 64).size, 0U) << "bit " << bit;
    }
}

TEST(Record, IsValidOnlyInItsOwnPlace) {
    const std::string bytes = frame_entry(store_test::candidate(1), 8);
    EXPECT_EQ(parse_record(bytes, 0).size, 0U);
    EXPECT_EQ(parse_record(std::string(8, ' ') + bytes, 8).size, bytes.size());
}

TEST(Record, UnknownTypeIsRefused) {
    const std::string bytes = frame_record(static_cast<RecordType>(99), "payload", 0);
    EXPECT_THROW(decode_entry(parse_record(bytes, 0), "test"), StoreError);
}

}  // namespace
}  // namespace hpnas
