#include "hpnas/data/label_error.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace hpnas {

std::int64_t edit_distance(std::span<const std::int64_t> a, std::span<const std::int64_t> b) {
    std::vector<std::int64_t> row(b.size() + 1);  // distances of a's prefix to every prefix of b
    std::iota(row.begin(), row.end(), 0);
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::int64_t diagonal = row[0]++;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::int64_t substituted = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({substituted, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}

void LabelError::add(std::span<const std::int64_t> said, std::span<const std::int64_t> recognised) {
    const std::int64_t distance = edit_distance(said, recognised);
    edits += distance;
    labels += static_cast<std::int64_t>(said.size());
    wrong += distance > 0 ? 1 : 0;
    ++sequences;
}

}  // namespace hpnas
