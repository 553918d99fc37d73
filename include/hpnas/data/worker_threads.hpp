#pragma once
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace hpnas {

/// Threads of its own that run jobs in the order in which they were handed in, beside the threads that compute.
class WorkerThreads {
public:
    /// @param n  >= 1
    explicit WorkerThreads(std::int64_t n);
    /// Drops the jobs that have not begun (their futures are broken) and waits for the others.
    ~WorkerThreads();
    WorkerThreads(const WorkerThreads&) = delete;
    WorkerThreads& operator=(const WorkerThreads&) = delete;

    /// What `job` returns or throws comes out of the future.
    template <class Job>
    std::future<std::invoke_result_t<Job>> run(Job job) {
        auto task = std::make_shared<std::packaged_task<std::invoke_result_t<Job>()>>(std::move(job));
        auto result = task->get_future();
        push([task] { (*task)(); });
        return result;
    }
    /// Drops the jobs that have not begun.
    void clear();

private:
    void push(std::function<void()> job);
    void work();

    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::function<void()>> jobs_;
    bool ending_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace hpnas
