#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "hpnas/config/node.hpp"
#include "hpnas/score/builtin.hpp"
#include "hpnas/score/score.hpp"

namespace hpnas::bench {

/// Scores from YAML: "{name: ntk, coupled: true}". @throws ConfigError
inline std::vector<std::unique_ptr<Score>> make_scores(const std::vector<std::string>& yaml) {
    Diagnostics diagnostics;
    std::vector<std::unique_ptr<Score>> made;
    for (const std::string& text : yaml) {
        made.push_back(scores().make(parse_yaml(text, "benchmark"), "score", diagnostics));
        diagnostics.throw_if_any();
    }
    return made;
}

/// Wall time of `work`.
inline double milliseconds(const std::function<void()>& work) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace hpnas::bench
