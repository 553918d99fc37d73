#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hpnas {

/// Labelled texts as they were written. A regular value.
struct LabelledTexts {
    std::vector<std::string> texts;    ///< [N], UTF-8
    std::vector<std::string> seconds;  ///< [N] second texts of pairs; empty if there are none
    std::vector<std::int64_t> labels;  ///< [N], each in [0, classes.size())
    std::vector<std::string> classes;
    std::string source;

    std::int64_t size() const noexcept { return static_cast<std::int64_t>(texts.size()); }
};

/// What one source divides into. Parts that a source does not have are empty; all have the classes of `train`.
struct TextParts {
    LabelledTexts train, validation, test;
};

/// Columns of a CSV file of texts.
struct TextColumns {
    std::string text = "text", second, label = "label", split = "split";
};

/// Texts of a CSV file: one row each; classes are the different labels of training rows, sorted (as numbers, if all are
/// whole numbers). If there is a column `split`, it says train, validation or test; else all are to train. Without
/// `columns.second` the texts are single.
/// @throws DataError with file:line for an empty or non-UTF-8 text, an unknown split, or a label that no training row
///         has; ConfigError if a column is missing
TextParts read_text_csv(const std::string& path, const TextColumns& columns = {});

/// The TREC question classification data: lines "label question", a label being 0 .. 5 or the class's short name with
/// or without a fine class behind a colon ("DESC:manner"). Bytes that are no UTF-8 are kept; the tokenizer drops them.
/// @param folder  holds TREC.train.all and TREC.test.all, or train_5500.label and TREC_10.label
/// Source: Li, Roth, COLING 2002.
/// @throws DataError (no_input if a file is missing) with file:line
TextParts read_trec(const std::string& folder);

/// Different labels in the order that classes have: as numbers if all are whole numbers, else as texts.
std::vector<std::string> sorted_labels(std::vector<std::string> labels);

}  // namespace hpnas
