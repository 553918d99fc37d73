#include "hpnas/data/squad.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>

#include "hpnas/core/error.hpp"
#include "hpnas/core/rng.hpp"

namespace hpnas {
namespace {

using Json = nlohmann::json;

/// Byte of the text's character `index`; npos if it has not as many.
std::size_t byte_of_character(std::string_view text, std::int64_t index) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool continues = (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
        if (!continues && index-- == 0) return at;
    }
    return std::string_view::npos;
}

/// Reads the nested layout and knows where it is, for messages.
class SquadReader {
public:
    explicit SquadReader(const std::string& path) { file_.source = path; }

    SquadFile read(const Json& root) {
        const Json& articles = list(root, "data", "the file");
        for (std::size_t a = 0; a < articles.size(); ++a) {
            const Json& paragraphs = list(articles[a], "paragraphs", fmt::format("data[{}]", a));
            for (std::size_t p = 0; p < paragraphs.size(); ++p)
                read_paragraph(paragraphs[p], fmt::format("data[{}].paragraphs[{}]", a, p));
            ++file_.n_articles;
        }
        if (file_.questions.empty()) fail("the file", "questions", "none");
        return std::move(file_);
    }

private:
    [[noreturn]] void fail(const std::string& where, const std::string& expected, const std::string& got) const {
        throw DataError(fmt::format("{}: {}: expected {}, got {}", file_.source, where, expected, got));
    }
    const Json& member(const Json& node, const char* key, const std::string& where) const {
        if (!node.is_object() || !node.contains(key))
            fail(where, fmt::format("an object with the key '{}'", key), "none");
        return node.at(key);
    }
    const Json& list(const Json& node, const char* key, const std::string& where) const {
        const Json& value = member(node, key, where);
        if (!value.is_array()) fail(where + "." + key, "a list", value.type_name());
        return value;
    }
    std::string text(const Json& node, const char* key, const std::string& where) const {
        const Json& value = member(node, key, where);
        if (!value.is_string()) fail(where + "." + key, "a text", value.type_name());
        return value.get<std::string>();
    }

    void read_paragraph(const Json& node, const std::string& where) {
        file_.contexts.push_back(text(node, "context", where));
        file_.articles.push_back(file_.n_articles);
        const Json& questions = list(node, "qas", where);
        for (std::size_t q = 0; q < questions.size(); ++q)
            read_question(questions[q], fmt::format("{}.qas[{}]", where, q));
    }
    void read_question(const Json& node, const std::string& where) {
        SquadFile::Question question;
        question.id = text(node, "id", where);
        question.text = text(node, "question", where);
        question.context = static_cast<std::int64_t>(file_.contexts.size()) - 1;
        const Json& answers = list(node, "answers", where);
        if (answers.empty()) fail(where, "an answer", "none; unanswerable questions are of SQuAD v2.0");
        for (std::size_t a = 0; a < answers.size(); ++a)
            question.answers.push_back(text(answers[a], "text", fmt::format("{}.answers[{}]", where, a)));
        const Json& start = member(answers[0], "answer_start", where + ".answers[0]");
        if (!start.is_number_integer()) fail(where + ".answers[0].answer_start", "a whole number", start.type_name());
        question.answer_begin = place(question, start.get<std::int64_t>());
        file_.questions.push_back(std::move(question));
    }
    std::int64_t place(const SquadFile::Question& question, std::int64_t start) {
        const std::string_view context = file_.contexts.back();
        const std::size_t byte = start < 0 ? std::string_view::npos : byte_of_character(context, start);
        if (byte != std::string_view::npos && !question.answers[0].empty() &&
            context.substr(byte).starts_with(question.answers[0]))
            return static_cast<std::int64_t>(byte);
        ++file_.n_misplaced;
        return -1;
    }

    SquadFile file_;
};

}  // namespace

SquadFile read_squad(const std::string& path) {
    std::ifstream in(path);
    if (!in) throw DataError(fmt::format("{}: cannot be read", path), ExitCode::no_input);
    Json root;
    try {
        root = Json::parse(in);
    } catch (const Json::parse_error& error) {
        throw DataError(fmt::format("{}: expected JSON; {}", path, error.what()));
    }
    return SquadReader(path).read(root);
}

}  // namespace hpnas
