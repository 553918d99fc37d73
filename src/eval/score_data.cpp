#include "hpnas/eval/score_data.hpp"

#include <fmt/format.h>

#include <tuple>

#include "hpnas/core/error.hpp"
#include "hpnas/data/batch_loader.hpp"

namespace hpnas {

struct ScoreData::State {
    ImageTask task;
    std::map<std::tuple<std::int64_t, std::int64_t, std::int64_t, std::int64_t>, ScoreBatch> batches;
};

ScoreData::ScoreData(const ImageTask& task) : state_(std::make_shared<State>(State{task, {}})) {}

ScoreBatch ScoreData::operator()(std::int64_t repeat, const Shape& input, std::int64_t batch) const {
    const ImageTask& task = state_->task;
    if (input.rank() != 3 || input.channels() != task.image_shape().channels())
        throw DataError(
            fmt::format("score: the network reads {}, which the data set's images {} do not fit; leave the "
                        "key 'data' out to score on random inputs",
                        to_string(input), to_string(task.image_shape())));
    if ((repeat + 1) * batch > task.train.size())
        throw DataError(fmt::format("score: repeat {} of batch {} needs {} training images, there are {}", repeat,
                                    batch, (repeat + 1) * batch, task.train.size()));
    const auto [slot, fresh] = state_->batches.try_emplace({repeat, input[0], input[1], batch});
    ScoreBatch& kept = slot->second;
    if (!fresh) return kept;
    BatchLoader::Options options;
    options.batch = batch;
    options.height = input[0];
    options.width = input[1];
    BatchLoader loader(task.train, task.normalization, options);
    kept.inputs.resize(static_cast<std::size_t>(batch * input.count()));
    const BatchLabels& labels = loader.fill(0, repeat, kept.inputs);
    kept.labels.assign(labels.labels.begin(), labels.labels.end());
    return kept;
}

}  // namespace hpnas
