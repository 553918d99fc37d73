#include "hpnas/data/batch_decoder.hpp"

#include <algorithm>
#include <utility>

#include "hpnas/core/error.hpp"

namespace hpnas {

BatchDecoder::BatchDecoder(std::shared_ptr<const ImageFiles> files, const WindowRule& rule)
    : files_(std::move(files)), rule_(rule), threads_(std::make_unique<WorkerThreads>(files_->threads)) {
    rule_.centre = files_->centre;
}

bool BatchDecoder::requested(std::int64_t epoch, std::int64_t index) const noexcept {
    return std::any_of(batches_.begin(), batches_.end(),
                       [&](const Batch& batch) { return batch.epoch == epoch && batch.index == index; });
}

void BatchDecoder::request(std::int64_t epoch, std::int64_t index, const std::vector<std::int64_t>& samples) {
    Batch batch{epoch, index, {}};
    for (const std::int64_t sample : samples)
        batch.windows.push_back(threads_->run([files = files_, rule = rule_, epoch, sample] {
            const Pixels image = files->decode(sample);
            return resample_image(image.view(), rule(image.height, image.width, epoch, sample), rule.height,
                                  rule.width);
        }));
    batches_.push_back(std::move(batch));
}

std::vector<BatchDecoder::Window> BatchDecoder::take(std::int64_t epoch, std::int64_t index) {
    while (!batches_.empty() && (batches_.front().epoch != epoch || batches_.front().index != index))
        batches_.pop_front();
    if (batches_.empty()) throw InternalError("batch decoder: a batch was taken that was not requested");
    Batch batch = std::move(batches_.front());
    batches_.pop_front();
    std::vector<Window> windows;
    for (std::future<Window>& window : batch.windows) windows.push_back(window.get());
    return windows;
}

void BatchDecoder::clear() {
    threads_->clear();
    batches_.clear();
}

}  // namespace hpnas
