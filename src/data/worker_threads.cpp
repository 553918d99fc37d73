#include "hpnas/data/worker_threads.hpp"

namespace hpnas {

WorkerThreads::WorkerThreads(std::int64_t n) {
    for (std::int64_t i = 0; i < n; ++i) threads_.emplace_back([this] { work(); });
}

WorkerThreads::~WorkerThreads() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
        jobs_.clear();
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) thread.join();
}

void WorkerThreads::clear() {
    const std::lock_guard lock(mutex_);
    jobs_.clear();
}

void WorkerThreads::push(std::function<void()> job) {
    {
        const std::lock_guard lock(mutex_);
        jobs_.push_back(std::move(job));
    }
    wake_.notify_one();
}

void WorkerThreads::work() {
    while (true) {
        std::function<void()> job;
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [this] { return ending_ || !jobs_.empty(); });
            if (ending_) return;
            job = std::move(jobs_.front());
            jobs_.pop_front();
        }
        job();
    }
}

}  // namespace hpnas
