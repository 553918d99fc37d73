#include "hpnas/latency/build_options.hpp"

#include <array>
#include <string_view>

namespace hpnas {

void LatencyBuildOptions::visit(OptionVisitor& v) {
    static constexpr std::array<std::string_view, 2> fills{"complete", "networks"};
    static constexpr std::array<std::string_view, 3> kinds{"linear", "offset", "none"};
    v.text({"path", "table file (HDF5); an existing one is extended"}, path);
    v.choice({"fill", "complete: every block of the space; networks: only those of the networks below"}, fill, fills);
    v.integer({"batch", "images per forward pass", 1, 65536}, batch);
    v.choice({"calibration", "how sums of blocks become times of networks"}, calibration, kinds);
    v.integer({"fit_networks", "random networks timed whole for the calibration", 2, 100000}, fit_networks);
    v.integer({"judge_networks", "further random networks timed whole to judge it; 0: no report", 0, 100000}, judge_networks);
    v.number({"save_seconds", "the file is written again after so long (s)", 0.1, 1e6}, save_seconds);
    v.text({"import_csv", "take times from this file (measured elsewhere) first"}, import_csv);
    v.text({"export_csv", "also write the table to this file"}, export_csv);
    v.boolean({"force", "extend a table made on another device or for another batch or number of threads"}, force);
    v.group({"timing", "repetitions of one measurement"}, timing);
}

}  // namespace hpnas
