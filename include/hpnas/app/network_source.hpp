#pragma once
#include <memory>
#include <string>

#include "hpnas/app/command.hpp"
#include "hpnas/app/model_inputs.hpp"
#include "hpnas/export/weights_file.hpp"
#include "hpnas/space/search_space.hpp"
#include "hpnas/train/parameters.hpp"

namespace hpnas {

/// The network that a command line names.
struct NetworkSource {
    std::unique_ptr<SearchSpace> space;
    Encoding encoding;
    Network network;
    NetworkFacts facts;  ///< space, task, arch, encoding; metrics and normalisation where they are known
    ModelInputs inputs;  ///< of the weights' file or the run's data, where they are known
};

/// A ranked network of a run (`network`), the one that `weights_file` was made for, or that of --space and --arch,
/// which also override parts of the other two. Classes, channels and normalisation come from the file of weights if it
/// says them, else from the run's data set unless --task tells the former. @throws Error (usage) if the command line
/// names no network; ConfigError, DataError, EncodingError, StoreError
NetworkSource open_network(const Command& command);

/// The network's weights: those of `weights_file`, whose facts are added, or random ones of the seed.
/// @return what they are, for the user
std::string load_parameters(const Command& command, NetworkSource& source, Parameters& parameters);

}  // namespace hpnas
