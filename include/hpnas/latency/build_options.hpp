#pragma once
#include <cstdint>
#include <string>

#include "hpnas/config/options.hpp"
#include "hpnas/latency/stopwatch.hpp"

namespace hpnas {

/// What `hpnas latency` shall do: the YAML group `latency` of configs/latency/*.yaml.
struct LatencyBuildOptions {
    std::string path = "latency.h5";
    std::string fill = "complete";
    std::int64_t batch = 1;
    std::string calibration = "linear";
    std::int64_t fit_networks = 40;
    std::int64_t judge_networks = 60;
    double save_seconds = 5;
    std::string import_csv;
    std::string export_csv;
    bool force = false;
    TimingOptions timing;
    void visit(OptionVisitor& v);
};

}  // namespace hpnas
