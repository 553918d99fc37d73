#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "hpnas/core/units.hpp"
#include "hpnas/data/dataset.hpp"
#include "hpnas/graph/network.hpp"
#include "hpnas/train/executor.hpp"
#include "hpnas/train/image_classification.hpp"
#include "hpnas/train/optimizer.hpp"
#include "hpnas/train/schedule.hpp"
#include "hpnas/train/training_options.hpp"

namespace hpnas {

/// What came of training one network.
struct TrainResult {
    enum class Status : std::uint8_t {
        ok,
        diverged,  ///< loss or gradient not finite, or loss above max_loss
        timeout,   ///< max_seconds passed
        stopped,   ///< poll said so
    };
    Status status = Status::ok;
    std::string reason;          ///< one sentence unless ok
    double validation_loss = 0;  ///< cross-entropy in nat, without smoothing; only if ok, as the next two
    double validation_top1 = 0;  ///< %
    double validation_top5 = 0;  ///< %
    double train_loss = 0;       ///< nat, mean over the last epoch's worth of steps, as trained (smoothed, mixed)
    double epochs = 0;           ///< passes over the training data actually done
    std::int64_t steps = 0;
    double images_per_second = 0;  ///< of training
    Seconds train_seconds{0};      ///< from the first step to the last
    std::size_t memory_bytes = 0;  ///< arena bytes of the training plan
};

/// Trains networks one after the other on one rank and one task, from their own initial weights, and judges them on the
/// validation images as deployed (batch norm folded; averaged weights if ema_decay > 0). Bit for bit reproducible given
/// seed and number of threads.
class Trainer {
public:
    /// Called before every step and every batch of the judgement; false abandons the training.
    using Poll = std::function<bool()>;

    /// Keeps the device's references. @throws ConfigError for unknown or wrong optimiser and schedule options;
    /// DataError if the training images do not fill one batch.
    Trainer(ImageTask task, const Device& device, TrainingOptions options);

    /// @param seed  of the candidate: initial weights, order of samples, augmentation, dropout
    /// @throws ShapeError if the network's input is no [H, W, C] with the images' channels or its output no [classes];
    ///         std::bad_alloc if the training does not fit the arena
    TrainResult run(const Network& network, std::uint64_t seed, const Poll& poll = {});
    /// As above, and leaves the final weights (averaged if so configured) in `parameters`, which must be made for
    /// `network`.
    TrainResult run(const Network& network, Parameters& parameters, std::uint64_t seed, const Poll& poll = {});

    const TrainingOptions& options() const noexcept { return options_; }

private:
    TrainResult train(const Network& network, Parameters& parameters, std::uint64_t seed, const Poll& poll);
    void judge(const Network& network, const Parameters& parameters, const Poll& poll, TrainResult& result) const;

    ImageClassification task_;
    Device device_;
    TrainingOptions options_;
    std::unique_ptr<Optimizer> optimizer_;
    std::unique_ptr<Schedule> schedule_;
};

}  // namespace hpnas
