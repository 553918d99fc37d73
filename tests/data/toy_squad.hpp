#pragma once

namespace hpnas::test {

/// Two articles, three questions; the second question's answer is not where it is said to be.
constexpr const char* toy_squad = R"({"version": "1.1", "data": [
{"title": "one", "paragraphs": [{"context": "n\u00e9e dog sat on the mat .", "qas": [
  {"id": "q0", "question": "Who sat ?", "answers": [{"text": "dog", "answer_start": 4}, {"text": "black dog", "answer_start": 0}]},
  {"id": "q1", "question": "Where ?", "answers": [{"text": "the mat", "answer_start": 3}]}]}]},
{"title": "two", "paragraphs": [{"context": "It rained", "qas": [
  {"id": "q2", "question": "What did it do ?", "answers": [{"text": "rained", "answer_start": 3}]}]}]}]})";

}  // namespace hpnas::test
