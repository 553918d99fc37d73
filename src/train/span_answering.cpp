#include "hpnas/train/span_answering.hpp"

#include <array>
#include <map>
#include <string>
#include <utility>

#include "hpnas/data/answer_score.hpp"
#include "hpnas/data/span_prediction.hpp"
#include "hpnas/data/token_loader.hpp"
#include "hpnas/train/loss.hpp"
#include "hpnas/train/token_inputs.hpp"
#include "hpnas/train/token_loss.hpp"

namespace hpnas {
namespace {

class SpanBatches final : public TaskBatches {
public:
    SpanBatches(SpanSubset windows, const TokenLoader::Options& options, std::size_t n_inputs)
        : windows_(windows.set),
          loader_(std::move(windows), options),
          sequence_(options.sequence),
          n_inputs_(n_inputs) {}

    std::int64_t n_batches() const noexcept override { return loader_.n_batches(); }
    std::span<const std::int64_t> load(std::int64_t epoch, std::int64_t index, Executor& executor) override {
        batch_ = fill_tokens(loader_, epoch, index, executor, n_inputs_);
        return batch_.samples;
    }
    double loss(Executor& executor, double share) override {
        const double rows = 2.0 * static_cast<double>(executor.batch());
        double sum = 0;
        for (const std::size_t side : {0U, 1U}) {
            sum += ordered_sum(side_loss(executor, side, share / rows));
            spread(side, executor.output_gradient());
        }
        return sum / rows;
    }
    void judge(Executor& executor, std::span<double> notes) override {
        executor.forward();
        std::vector<double> losses(static_cast<std::size_t>(batch_.valid));
        for (const std::size_t side : {0U, 1U}) {
            const std::span<const float> of_side = side_loss(executor, side, 0);
            for (std::size_t row = 0; row < losses.size(); ++row)
                losses[row] += 0.5 * static_cast<double>(of_side[row]);
        }
        for (std::size_t row = 0; row < losses.size(); ++row) {
            const auto width = static_cast<std::size_t>(2 * sequence_);
            const SpanPrediction found =
                predict_span(*windows_, batch_.samples[row], executor.output().subspan(row * width, width));
            double* note = &notes[4 * row];
            note[0] = losses[row];
            note[1] = static_cast<double>(found.begin);
            note[2] = static_cast<double>(found.end);
            note[3] = found.window < 0 ? missing : static_cast<double>(found.score);
        }
    }
    static constexpr double missing = -1e30;  ///< score of a window without any span

private:
    /// @param side  0: where answers begin, 1: where they end. @return losses of the rows
    std::span<const float> side_loss(Executor& executor, std::size_t side, double scale) {
        const std::span<const float> both = executor.output();
        logits_.resize(both.size() / 2);
        diff_.resize(logits_.size());
        for (std::size_t i = 0; i < logits_.size(); ++i) logits_[i] = both[2 * i + side];
        return loss_({logits_.data(), side == 0 ? batch_.begins : batch_.ends, sequence_, diff_.data(), scale});
    }
    void spread(std::size_t side, std::span<float> gradient) const {
        for (std::size_t i = 0; i < diff_.size(); ++i) gradient[2 * i + side] = diff_[i];
    }

    std::shared_ptr<const SpanSet> windows_;
    TokenLoader loader_;
    std::int64_t sequence_;
    std::size_t n_inputs_;
    TokenBatch batch_;
    TokenLoss loss_;
    std::vector<float> logits_, diff_;  // [batch, L] of one side
};

}  // namespace

std::span<const TaskMetric> SpanAnswering::metrics() const noexcept {
    static const std::array<TaskMetric, 3> all{TaskMetric{"loss", "nat", "mean of begin and end cross-entropy", false},
                                               TaskMetric{"f1", "%", "F1 of the answers' words", true},
                                               TaskMetric{"em", "%", "answers that match exactly", true}};
    return all;
}

void SpanAnswering::check(const Network& network) const {
    check_token_inputs("span answering", network);
    check_output("span answering", network, Shape{sequence_of(network), 2}, "begin and end of the answer per token");
}

std::unique_ptr<TaskBatches> SpanAnswering::training_batches(const Network& network, std::int64_t batch,
                                                             std::uint64_t seed) const {
    return std::make_unique<SpanBatches>(task_.train,
                                         TokenLoader::Options{.batch = batch,
                                                              .sequence = sequence_of(network),
                                                              .seed = seed,
                                                              .training = true,
                                                              .padding = task_.word_pieces->vocabulary().padding()},
                                         network.inputs().size());
}

std::unique_ptr<TaskBatches> SpanAnswering::judging_batches(const Network& network, DataSplit split,
                                                            std::int64_t batch) const {
    return std::make_unique<SpanBatches>(
        part_of(task_, split),
        TokenLoader::Options{
            .batch = batch, .sequence = sequence_of(network), .padding = task_.word_pieces->vocabulary().padding()},
        network.inputs().size());
}

std::vector<double> SpanAnswering::summarise(DataSplit split, std::span<const double> notes) const {
    const SpanSubset& judged = part_of(task_, split);
    std::map<std::int64_t, SpanPrediction> best;  // by question
    double loss = 0;
    for (std::int64_t i = 0; i < judged.size(); ++i) {
        const double* note = &notes[static_cast<std::size_t>(4 * i)];
        loss += note[0] / static_cast<double>(judged.size());
        SpanPrediction found;
        if (note[3] > SpanBatches::missing)
            found = {judged[i], static_cast<std::int64_t>(note[1]), static_cast<std::int64_t>(note[2]),
                     static_cast<float>(note[3])};
        const std::int64_t question = judged.set->windows[static_cast<std::size_t>(judged[i])].question;
        const auto [slot, fresh] = best.try_emplace(question, found);
        if (!fresh) slot->second = better(slot->second, found);
    }
    double f1 = 0, exact = 0;
    for (const auto& [question, found] : best) {
        const std::vector<std::string>& answers = judged.set->questions[static_cast<std::size_t>(question)].answers;
        const std::string_view text =
            found.window < 0 ? std::string_view() : judged.set->text(found.window, found.begin, found.end);
        f1 += answer_f1(text, answers);
        exact += exact_match(text, answers) ? 1 : 0;
    }
    const double scale = 100.0 / static_cast<double>(best.size());
    return {loss, scale * f1, scale * exact};
}

}  // namespace hpnas
