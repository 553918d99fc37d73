#pragma once
#include <cstdint>
#include <map>
#include <memory>

#include "hpnas/data/dataset.hpp"
#include "hpnas/score/probe.hpp"

namespace hpnas {

/// Batches of a task's training images for scores: batch `repeat` of the images in their order, plain, the same for
/// every candidate. Batches are kept; copies share them. Not thread-safe.
class ScoreData {
public:
    /// Keeps a copy of the task, which shares its pixels.
    explicit ScoreData(const ImageTask& task);
    /// @throws DataError if the network's input is no image of the task's channels, or there are too few images
    ScoreBatch operator()(std::int64_t repeat, const Shape& input, std::int64_t batch) const;

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace hpnas
