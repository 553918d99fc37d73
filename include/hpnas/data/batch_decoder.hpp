#pragma once
#include <cstdint>
#include <deque>
#include <future>
#include <memory>
#include <vector>

#include "hpnas/data/image_files.hpp"
#include "hpnas/data/resample_image.hpp"
#include "hpnas/data/worker_threads.hpp"

namespace hpnas {

/// Decodes image files for batches that are going to be needed, on threads of its own beside those that compute. What
/// an image becomes is a function of the rule, the epoch and the image, so the result depends neither on the number of
/// threads nor on what was requested before.
class BatchDecoder {
public:
    using Window = std::vector<std::uint8_t>;  ///< [rule.height, rule.width, 3]

    BatchDecoder(std::shared_ptr<const ImageFiles> files, const WindowRule& rule);

    bool requested(std::int64_t epoch, std::int64_t index) const noexcept;
    /// Queues a batch. @param samples  indices of its images
    void request(std::int64_t epoch, std::int64_t index, const std::vector<std::int64_t>& samples);
    /// Windows of a requested batch, in the order of its samples; waits for them. Batches requested before are dropped.
    /// @throws DataError naming a file that cannot be decoded
    std::vector<Window> take(std::int64_t epoch, std::int64_t index);
    /// Drops all requested batches.
    void clear();

private:
    struct Batch {
        std::int64_t epoch = 0, index = 0;
        std::vector<std::future<Window>> windows;
    };
    std::shared_ptr<const ImageFiles> files_;
    WindowRule rule_;
    std::deque<Batch> batches_;
    std::unique_ptr<WorkerThreads> threads_;  // last: ends before what its jobs use
};

}  // namespace hpnas
