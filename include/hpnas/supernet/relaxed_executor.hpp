#pragma once
#include <span>
#include <vector>

#include "hpnas/supernet/supernet.hpp"
#include "hpnas/train/executor.hpp"

namespace hpnas {

/// A compiled supernet whose passes are those of given points. Keeps supernet, parameters and device by reference.
class RelaxedExecutor {
public:
    /// @param gradients  false: forward only, in less memory
    RelaxedExecutor(const Supernet& supernet, Parameters& parameters, const Device& device, std::int64_t batch,
                    bool gradients);

    /// What the following passes evaluate.
    /// @param points [rows, total], rows = 1 (for all examples) or batch (one each)
    /// @param skip_below  an option whose weight is below that for every example is left out, as if the weight were 0;
    ///                    the heaviest of a mixture never is. 0: only options of weight 0 everywhere
    void set_points(std::span<const double> points, double skip_below);
    /// After a backward pass: adds its gradient by the points, summed over the examples if rows = 1. Options left out
    /// count as constants.
    /// @param gradients [rows, total]
    void add_point_gradients(std::span<double> gradients) const;
    /// Share of all options that the present points leave out.
    double share_skipped() const noexcept;

    Executor& executor() noexcept { return executor_; }
    std::size_t memory_bytes() const noexcept { return executor_.memory_bytes(); }
    std::span<float> images() noexcept { return executor_.input(0); }

private:
    void set_mixture(std::size_t mixture, double skip_below);

    const Supernet& supernet_;
    Executor executor_;
    std::vector<double> points_;              // [rows, total]
    std::vector<std::vector<bool>> skipped_;  // per mixture and option
};

}  // namespace hpnas
