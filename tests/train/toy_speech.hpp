#pragma once
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "hpnas/core/rng.hpp"
#include "hpnas/data/task.hpp"
#include "hpnas/graph/network.hpp"
#include "hpnas/op/embedding.hpp"
#include "hpnas/op/linear.hpp"
#include "hpnas/op/position_embedding.hpp"
#include "hpnas/op/token_mean.hpp"

namespace hpnas::test {

/// n recordings with 4 mels in three classes: each class is three frames with its own mel loud (10 and some noise),
/// behind a quiet frame. @param labels  classes said, one after the other: 1 to so many
inline SpectrogramTask toy_speech(std::int64_t n, std::int64_t labels) {
    auto set = std::make_shared<SpectrogramSet>();
    set->mels = 4;
    set->classes = {"a", "b", "c"};
    set->source = "toy speech";
    for (std::int64_t i = 0; i < n; ++i) {
        Rng rng(5, Purpose::test, static_cast<std::uint64_t>(i));
        const std::int64_t said = 1 + i % labels;
        for (std::int64_t k = 0; k < said; ++k) {
            const auto label = static_cast<std::int64_t>(rng.below(3));
            set->targets.push_back(label);
            for (std::int64_t frame = 0; frame < 4; ++frame)
                for (std::int64_t mel = 0; mel < 4; ++mel)
                    set->features.push_back(static_cast<float>(rng.uniform() + (frame > 0 && mel == label ? 10 : 0)));
        }
        set->begins.push_back(static_cast<std::int64_t>(set->features.size()) / 4);
        set->target_begins.push_back(static_cast<std::int64_t>(set->targets.size()));
        set->names.push_back(std::to_string(i));
    }
    SpectrogramTask task;
    task.train = task.validation = all_of<SpectrogramSet>(set);
    task.train.indices.resize(static_cast<std::size_t>(n / 2));
    task.validation.indices.erase(task.validation.indices.begin(), task.validation.indices.begin() + n / 2);
    task.normalization = measure_normalization(task.train);
    task.sequences = labels > 1;
    task.frames = 4 * labels;
    task.tokens = labels + 1;
    return task;
}

/// Mean over the frames, then a linear layer.
inline Network mean_of_frames(std::int64_t frames, std::int64_t classes) {
    NetworkBuilder builder;
    NodeId x = builder.input("frames", Shape{frames, 4});
    x = builder.add("mean", make_token_mean(), x);
    x = builder.add("fc", make_linear({.out = classes}), x);
    return std::move(builder).finish({x});
}

/// Every frame by itself: CTC.
inline Network frame_by_frame(std::int64_t frames, std::int64_t vocabulary) {
    NetworkBuilder builder;
    NodeId x = builder.input("frames", Shape{frames, 4});
    x = builder.add("fc", make_linear({.out = vocabulary}), x);
    return std::move(builder).finish({x});
}

/// A decoder that knows place and token, not the frames; and possibly CTC beside it.
inline Network place_and_token(std::int64_t frames, std::int64_t tokens, std::int64_t vocabulary, bool ctc) {
    NetworkBuilder builder;
    const NodeId heard = builder.input("frames", Shape{frames, 4});
    NodeId x = builder.input("tokens", Shape{tokens});
    x = builder.add("words", make_embedding({.vocabulary = vocabulary, .out = 8}), x);
    x = builder.add("places", make_position_embedding({.length = tokens}), x);
    x = builder.add("seq", make_linear({.out = vocabulary}), x);
    if (!ctc) return std::move(builder).finish({x});
    const NodeId by_frame = builder.add("ctc", make_linear({.out = vocabulary}), heard);
    return std::move(builder).finish({x, by_frame});
}

}  // namespace hpnas::test
