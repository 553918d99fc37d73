#pragma once
#include <span>
#include <string>
#include <string_view>

namespace hpnas {

/// An answer as SQuAD v1.1's evaluation compares it: lower case, without ASCII punctuation, without the words a, an,
/// the, runs of white space one blank. Source: Rajpurkar et al., EMNLP 2016, and the evaluation published with it.
std::string normalize_answer(std::string_view utf8);

/// Whether the normalised prediction equals one of the normalised answers.
bool exact_match(std::string_view prediction, std::span<const std::string> answers);

/// Harmonic mean of precision and recall of the prediction's words as a bag, in [0, 1]; the best over the answers. 0 if
/// no word is common, also where both are empty.
double answer_f1(std::string_view prediction, std::span<const std::string> answers);

}  // namespace hpnas
