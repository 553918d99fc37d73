#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hpnas/core/named_tensor.hpp"
#include "hpnas/store/table.hpp"
#include "hpnas/supernet/search_statistics.hpp"

namespace hpnas {

/// The epochs of a gradient search, as they are stored: /gradient/epochs, /gradient/choices, /timing/gradient.
class SearchHistory {
public:
    /// @param terms  names of the further terms of the objective   @param groups  options of the decisions
    SearchHistory(std::vector<std::string> terms, ChoiceGroups groups, std::vector<std::string> decisions);

    /// @param latency_ms  of the most likely architecture; NaN: unknown   @param seconds  that the epoch took
    void add(const EpochReport& report, double latency_ms, double seconds, double images);
    std::size_t epochs() const noexcept { return n_epochs_; }

    std::vector<Table> tables() const;
    /// For checkpoints. @throws DataError if the state is of another search
    std::vector<NamedTensor> state() const;
    void restore(std::span<const NamedTensor> state);

private:
    std::vector<std::string> terms_;
    ChoiceGroups groups_;
    std::vector<std::string> decisions_;
    std::size_t n_epochs_ = 0;
    std::vector<double> numbers_;        // [epochs, columns]
    std::vector<double> probabilities_;  // [epochs, total]
    std::vector<double> times_;          // [epochs, 2]: seconds, images per second
};

}  // namespace hpnas
