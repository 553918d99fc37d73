#include <gtest/gtest.h>

#include <stdexcept>

#include "hpnas/data/worker_threads.hpp"

namespace hpnas {
namespace {

TEST(WorkerThreads, ResultsComeOutOfTheFutures) {
    WorkerThreads threads(3);
    std::vector<std::future<int>> results;
    for (int i = 0; i < 100; ++i) results.push_back(threads.run([i] { return i * i; }));
    for (int i = 0; i < 100; ++i) EXPECT_EQ(results[static_cast<std::size_t>(i)].get(), i * i);
}

TEST(WorkerThreads, WhatAJobThrowsComesOutToo) {
    WorkerThreads threads(1);
    auto result = threads.run([]() -> int { throw std::runtime_error("no"); });
    EXPECT_THROW(result.get(), std::runtime_error);
    EXPECT_EQ(threads.run([] { return 7; }).get(), 7);  // the thread lives on
}

TEST(WorkerThreads, JobsThatHaveNotBegunAreDropped) {
    std::promise<void> gate;
    std::shared_future<void> open = gate.get_future().share();
    std::future<int> first, second;
    {
        WorkerThreads threads(1);
        std::promise<void> begun;
        first = threads.run([open, &begun] {
            begun.set_value();
            open.wait();
            return 1;
        });
        begun.get_future().wait();
        second = threads.run([] { return 2; });
        threads.clear();
        gate.set_value();
    }
    EXPECT_EQ(first.get(), 1);
    EXPECT_THROW(second.get(), std::future_error);
}

}  // namespace
}  // namespace hpnas
