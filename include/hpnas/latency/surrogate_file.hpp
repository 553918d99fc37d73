#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hpnas/latency/latency_table.hpp"
#include "hpnas/latency/linear_surrogate.hpp"
#include "hpnas/latency/mlp_surrogate.hpp"

namespace hpnas {

/// A measured network of a space.
struct LatencyPair {
    Encoding encoding{};
    Timing timing{};
    bool held_out = false;  ///< only judged by, never fitted to
};

/// The networks of one space that were measured on one device, and what was fitted to them. A regular value.
struct SurrogateRecord {
    std::string space;  ///< what the encodings belong to, as text: equal text, equal networks
    TableConditions conditions;
    std::vector<std::string> decisions;     ///< names, in the order of the encodings
    std::vector<std::int64_t> choices;      ///< options of each
    std::vector<LatencyPair> pairs;         ///< in the order of measuring
    std::optional<LinearSurrogate> linear;  ///< absent until fitted
    std::optional<MlpSurrogate> mlp;

    ChoiceGroups groups() const;
    /// The pairs that are held out, or those that are not. @param held_out  which
    SurrogateSamples samples(bool held_out) const;
};

/// The HDF5 form of a record, described in src/latency/README.md. Written beside and renamed, so that readers and a
/// killed writer never see half a file; all numbers read back exactly. @throws StoreError naming file and object
void save_surrogates(const SurrogateRecord& record, const std::string& path);
/// @throws StoreError if the file is missing (no_input), damaged or holds no surrogates
SurrogateRecord load_surrogates(const std::string& path);

}  // namespace hpnas
