#pragma once
#include <span>
#include <vector>

#include "hpnas/score/gradient_gram.hpp"

namespace hpnas {

/// Copies the patches of one sample and group: dst [positions, patch()], taps in weight order, zeros outside the image.
void copy_patches(const PatchLayer& layer, const float* sample, std::int64_t group, float* dst);

/// Patches of some rows of the output, cut into the rows of the window. Neighbouring rows of the output share most of
/// them, so that a 3 x 3 convolution copies a third of what its patches hold. Refers to the layer.
class TapRows {
public:
    /// @param most_rows  rows of the output that are copied at a time
    TapRows(const PatchLayer& layer, std::int64_t most_rows);

    /// Takes rows [first, last) of the output of one sample and group.
    void copy(const float* sample, std::int64_t group, std::int64_t first, std::int64_t last);
    /// [rows * out_width, taps()]: row kh of the window at every position, zeros outside the image.
    std::span<const float> of(std::int64_t kh) const;

private:
    std::int64_t image_rows(std::int64_t rows) const { return rows + reach_ / layer_.attributes.stride; }

    const PatchLayer& layer_;
    std::int64_t reach_, phases_, rows_ = 0;
    std::vector<float> values_;  // [phases: rows of the image modulo the stride, image_rows(rows_), out_width, taps]
};

}  // namespace hpnas
