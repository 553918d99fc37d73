#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hpnas/config/node.hpp"
#include "hpnas/data/normalization.hpp"
#include "hpnas/data/task.hpp"
#include "hpnas/data/word_piece.hpp"
#include "hpnas/export/weights_file.hpp"

namespace hpnas {

/// How a model's inputs are made of data, and what its outputs stand for. It belongs to the model: measured when it is
/// trained, kept with its weights, and taken from there whatever data it meets later.
struct ModelInputs {
    std::optional<Normalization> normalization;    ///< of images and recordings
    std::shared_ptr<const WordPiece> word_pieces;  ///< of texts
    std::int64_t length = 0;                       ///< tokens of a text, frames of a recording; 0: neither
    std::vector<std::string> classes;              ///< names, in the order of the outputs; questions have none

    /// Nothing unless the data are texts.
    std::vector<std::string> words() const;
};

/// Those of a model that is trained on this data.
ModelInputs inputs_of(const Task& data);

/// Those that a file of weights tells; nothing where it does not say. @throws StoreError, DataError
ModelInputs read_model_inputs(const std::string& weights_file);

/// For the facts of a file of weights: mean, deviation, lower_case, length, classes. The words are a part of their own.
NetworkFacts facts_of(const ModelInputs& inputs);

/// @throws DataError if a model's classes are known and not those of the data, in their order. @param whose  for the
/// message
void check_classes(const std::vector<std::string>& model, const std::vector<std::string>& data,
                   const std::string& whose);

/// Loads the data set that `data` names. @param inputs  what the model has of them takes the place of the data's own
/// @throws ConfigError; DataError also if the model has another number of channels or other classes
Task load_task(const ConfigNode& data, const ModelInputs& inputs);

}  // namespace hpnas
