#pragma once
#include <cstdint>

#include "hpnas/config/options.hpp"
#include "hpnas/score/score.hpp"

namespace hpnas {

struct MecoOptions {
    std::int64_t channels = 0;  ///< of each feature map that are drawn; 0: all of them
    std::int64_t batch = 8;
    void visit(OptionVisitor& v);
};

/// MeCo: sum over feature maps [H, W, C] (the output of every node) of the smallest eigenvalue of the Pearson
/// correlation matrix of their channels, of one image among a batch of standard normal ones, weights as the operators
/// start. With `channels` = n > 0 (the authors' cheaper variant, n = 8) n random channels stand for all C of a map, and
/// the eigenvalue counts C / n times. Constant channels correlate with none. Data free. Not
/// defined without feature maps or where the last one is constant (a cut network).
/// Source: Jiang, Wang, Bie, MeCo, NeurIPS 2023. Their program also counts what containers of layers give again.
class Meco final : public Score {
public:
    explicit Meco(MecoOptions options) : options_(options) {}
    const ScoreInfo& info() const noexcept override;

private:
    double do_compute(ScoreProbe& probe) const override;

    MecoOptions options_;
};

}  // namespace hpnas
