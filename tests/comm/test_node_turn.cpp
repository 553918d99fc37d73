#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <thread>
#include <vector>

#include "hpnas/comm/node_turn.hpp"
#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

using namespace std::chrono_literals;

/// Two objects exclude each other as two processes do: each opened the file for itself.
class NodeTurnTest : public testing::Test {
protected:
    ~NodeTurnTest() override { std::filesystem::remove(file_); }
    std::string file_ =
        (std::filesystem::temp_directory_path() / ("hpnas_turn_" + std::to_string(::getpid()))).string();
};

TEST_F(NodeTurnTest, ThoseWhoComputeDoSoTogether) {
    NodeTurn one(file_), other(file_);
    bool both = false;
    one.compute([&] { other.compute([&] { both = true; }); });
    EXPECT_TRUE(both);
}

TEST_F(NodeTurnTest, MeasuringWaitsForThoseWhoCompute) {
    NodeTurn one(file_), other(file_);
    std::atomic<bool> computing = false, seen = true;
    std::jthread measuring;
    one.compute([&] {
        computing = true;
        measuring = std::jthread([&] { other.measure([&] { seen = computing.load(); }); });
        std::this_thread::sleep_for(20ms);  // a measurement that does not wait begins now
        computing = false;
    });
    measuring.join();
    EXPECT_FALSE(seen);
}

TEST_F(NodeTurnTest, AllMayMeasureWhileTheyCompute) {
    std::atomic<int> inside = 0, most = 0, done = 0;
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 4; ++t)
            threads.emplace_back([&] {
                NodeTurn turn(file_);
                for (int i = 0; i < 5; ++i)
                    turn.compute([&] {
                        turn.measure([&] {
                            most = std::max(most.load(), ++inside);
                            std::this_thread::sleep_for(1ms);
                            --inside;
                        });
                        ++done;
                    });
            });
    }
    EXPECT_EQ(most, 1);
    EXPECT_EQ(done, 20);
}

TEST_F(NodeTurnTest, AFailureGivesTheTurnBack) {
    NodeTurn one(file_), other(file_);
    EXPECT_THROW(one.compute([&] { one.measure([] { throw std::runtime_error("no"); }); }), std::runtime_error);
    bool measured = false;
    other.measure([&] { measured = true; });
    EXPECT_TRUE(measured);
}

TEST_F(NodeTurnTest, AFileThatCannotBeOpenedIsNamed) { EXPECT_THROW(NodeTurn("/no/such/folder/turn"), CommError); }

}  // namespace
}  // namespace hpnas
