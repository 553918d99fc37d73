#include "hpnas/train/assessment.hpp"

#include <algorithm>

namespace hpnas {

// Notes that a rank does not take stay 0 and the sum over the ranks adds them to the one rank's that does, which is
// exact. Behind them stands how many ranks abandoned.
std::optional<std::vector<double>> assess(const TrainingTask& task, const Network& network, Parameters& parameters,
                                          const Device& device, const AssessmentOptions& options) {
    const std::int64_t n = task.size(options.split);
    const std::size_t width = task.record_size();
    std::vector<double> notes(static_cast<std::size_t>(n) * width + 1, 0.0);
    const auto batches = task.judging_batches(network, options.split, options.batch);
    Executor executor(network, parameters, device, {options.batch, ExecutionMode::inference, false});
    for (std::int64_t b = options.ranks.rank; b < batches->n_batches() && notes.back() == 0; b += options.ranks.count) {
        if (options.poll && !options.poll()) {
            notes.back() = 1;
            continue;
        }
        batches->load(0, b, executor);
        const auto first = static_cast<std::size_t>(b * options.batch),
                   rows = static_cast<std::size_t>(std::min(options.batch, n - b * options.batch));
        batches->judge(executor, std::span(notes).subspan(first * width, rows * width));
    }
    if (options.ranks.count > 1) options.ranks.add(notes);
    if (notes.back() > 0) return std::nullopt;
    notes.pop_back();
    return task.summarise(options.split, notes);
}

}  // namespace hpnas
