#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "hpnas/core/error.hpp"
#include "hpnas/h5/file.hpp"
#include "hpnas/latency/surrogate_file.hpp"
#include "latency/surrogate_record.hpp"

namespace hpnas {
namespace {

class SurrogateFile : public testing::Test {
protected:
    void TearDown() override { std::filesystem::remove(path_); }
    std::string bytes() const {
        std::ifstream file(path_, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    std::string path_ = testing::TempDir() + "hpnas_surrogates_" +
                        testing::UnitTest::GetInstance()->current_test_info()->name() + ".h5";
};

TEST_F(SurrogateFile, RoundTripKeepsEveryBit) {
    const SurrogateRecord record = test::chain_record();
    save_surrogates(record, path_);
    const SurrogateRecord back = load_surrogates(path_);
    EXPECT_EQ(back.space, "chain");
    EXPECT_EQ(back.conditions.conflict(record.conditions), "");
    EXPECT_EQ(back.conditions.date, "2026-11-20");
    EXPECT_EQ(back.conditions.libraries, "x 1");
    EXPECT_EQ(back.decisions, record.decisions);
    EXPECT_EQ(back.choices, record.choices);
    ASSERT_EQ(back.pairs.size(), record.pairs.size());
    for (std::size_t i = 0; i < back.pairs.size(); ++i) {
        EXPECT_EQ(back.pairs[i].encoding, record.pairs[i].encoding);
        EXPECT_EQ(back.pairs[i].held_out, record.pairs[i].held_out);
        EXPECT_EQ(back.pairs[i].timing.median_ms, record.pairs[i].timing.median_ms);
        EXPECT_EQ(back.pairs[i].timing.min_ms, record.pairs[i].timing.min_ms);
        EXPECT_EQ(back.pairs[i].timing.std_ms, record.pairs[i].timing.std_ms);
        EXPECT_EQ(back.pairs[i].timing.count, record.pairs[i].timing.count);
    }
    EXPECT_EQ(*back.linear, *record.linear);
    EXPECT_EQ(back.mlp->parameters(), record.mlp->parameters());
}

TEST_F(SurrogateFile, EqualRecordsGiveEqualBytes) {
    save_surrogates(test::chain_record(), path_);
    const std::string first = bytes();
    save_surrogates(load_surrogates(path_), path_);
    EXPECT_EQ(bytes(), first);
}

TEST_F(SurrogateFile, PairsCanBeStoredBeforeAnythingIsFitted) {
    SurrogateRecord record = test::chain_record();
    record.linear.reset();
    record.mlp.reset();
    record.pairs.resize(1);
    save_surrogates(record, path_);
    const SurrogateRecord back = load_surrogates(path_);
    EXPECT_FALSE(back.linear.has_value());
    EXPECT_FALSE(back.mlp.has_value());
    EXPECT_EQ(back.pairs.size(), 1U);
    record.pairs.clear();
    save_surrogates(record, path_);
    EXPECT_TRUE(load_surrogates(path_).pairs.empty());
}

TEST_F(SurrogateFile, SamplesAreThePairsOfTheirKind) {
    const SurrogateRecord record = test::chain_record();
    EXPECT_EQ(record.samples(false).size(), 22U);
    EXPECT_EQ(record.samples(true).size(), 5U);
    EXPECT_EQ(record.samples(true).features, 9U);
}

TEST_F(SurrogateFile, ColumnsCarryUnits) {
    save_surrogates(test::chain_record(), path_);
    const h5::File file = h5::File::open(path_);
    EXPECT_EQ(file.root().dataset("latency_surrogate/median_ms").text("units"), "ms");
    EXPECT_EQ(file.root().dataset("latency_surrogate/encoding").sizes(), (std::vector<std::uint64_t>{27, 3}));
    EXPECT_EQ(file.root().dataset("latency_surrogate/linear/coefficients_ms").text("units"), "ms");
    EXPECT_EQ(file.root().dataset("latency_surrogate/mlp/weights0").sizes(), (std::vector<std::uint64_t>{9, 8}));
}

TEST_F(SurrogateFile, MissingForeignAndDamagedFilesAreSaid) {
    EXPECT_THROW(load_surrogates(path_), StoreError);
    h5::publish(path_, [](h5::File& file) { file.root().create_group("latency_table"); });
    EXPECT_THROW(load_surrogates(path_), StoreError);
    save_surrogates(test::chain_record(), path_);
    std::filesystem::resize_file(path_, std::filesystem::file_size(path_) / 2);
    EXPECT_THROW(load_surrogates(path_), StoreError);
}

TEST_F(SurrogateFile, ChoicesAndTimesThatAreNoneAreRefusedByRow) {
    const auto refused = [&](auto change, const std::string& expected) {
        SurrogateRecord record = test::chain_record();
        change(record);
        save_surrogates(record, path_);
        try {
            load_surrogates(path_);
            ADD_FAILURE() << "accepted: " << expected;
        } catch (const StoreError& error) {
            EXPECT_NE(std::string(error.what()).find(expected), std::string::npos) << error.what();
        }
    };
    refused([](SurrogateRecord& r) { r.pairs[4].encoding[1] = 3; }, "row 4: width2");
    refused([](SurrogateRecord& r) { r.pairs[2].timing.median_ms = 0; }, "row 2");
    refused([](SurrogateRecord& r) { r.linear = LinearSurrogate(0, {1}); }, "coefficients_ms");
}

}  // namespace
}  // namespace hpnas
