#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "hpnas/config/options.hpp"
#include "hpnas/data/normalization.hpp"
#include "hpnas/train/deploy.hpp"
#include "hpnas/train/executor.hpp"

namespace hpnas {

/// YAML group `teacher`: knowledge distillation.
struct TeacherOptions {
    std::string weights;
    double weight = 1;
    double temperature = 1;

    void visit(OptionVisitor& v) {
        v.text({"weights", "best.h5 of the training of another network, whose outputs are learnt too; empty: none"},
               weights);
        v.number({"weight", "of the distillation loss beside that of the labels, which has 1", 0, 1e3}, weight);
        v.number({"temperature", "that both networks' logits are divided by", 1e-2, 100}, temperature);
    }
};

/// A trained classifier that another network learns from: temperature^2 times the cross-entropy of the student's
/// softened probabilities against the teacher's is added to its loss. Source: Hinton, Vinyals, Dean, arXiv 1503.02531
/// (2015); GPUNet's recipe has weight 1 and temperature 1.
class Teacher {
public:
    /// @param deployed       one input [H, W, C], H and W of its own choice, one output [classes]
    /// @param normalization  that it was trained with; nothing: the student's
    Teacher(Deployed deployed, std::optional<Normalization> normalization, const Device& device, double weight,
            double temperature)
        : deployed_(std::move(deployed)),
          normalization_(std::move(normalization)),
          device_(device),
          weight_(weight),
          temperature_(temperature) {}

    double weight() const noexcept { return weight_; }
    double temperature() const noexcept { return temperature_; }
    const Network& network() const noexcept { return deployed_.network; }
    const std::optional<Normalization>& normalization() const noexcept { return normalization_; }
    /// Compiled for batches of a size; refers to this. @throws std::bad_alloc if it does not fit the arena
    Executor compile(std::int64_t batch) {
        return {deployed_.network, deployed_.parameters, device_, {batch, ExecutionMode::inference, false}};
    }

private:
    Deployed deployed_;
    std::optional<Normalization> normalization_;
    Device device_;
    double weight_, temperature_;
};

}  // namespace hpnas
