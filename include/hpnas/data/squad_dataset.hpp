#pragma once
#include <cstdint>
#include <string>
#include <utility>

#include "hpnas/data/dataset.hpp"
#include "hpnas/data/span_windows.hpp"
#include "hpnas/data/text_task.hpp"

namespace hpnas {

struct SquadOptions {
    std::string path;
    WordPieceOptions word_piece;
    WindowOptions windows;
    double validation_fraction = 0.05;
    std::int64_t train_questions = 0, validation_questions = 0, test_questions = 0;
    std::int64_t split_seed = 0;

    void visit(OptionVisitor& v) {
        OptionInfo where{"path", "folder that holds train-v1.1.json and, for the test part, dev-v1.1.json"};
        where.required = true;
        v.text(where, path);
        word_piece.visit(v);
        windows.visit(v);
        v.number({"validation_fraction", "fraction of the training questions held out, as whole articles", 0, 1},
                 validation_fraction);
        v.integer({"train_questions", "limit on the questions trained on; 0: all that are not held out", 0, 1e9},
                  train_questions);
        v.integer({"validation_questions", "limit on the questions held out that are used; 0: all", 0, 1e9},
                  validation_questions);
        v.integer({"test_questions", "limit on the questions of dev-v1.1.json; 0: all", 0, 1e9}, test_questions);
        v.integer({"split_seed", "seed of the choices above; apart from the run's seed so that runs can be compared", 0,
                   1e15},
                  split_seed);
    }
};

/// SQuAD v1.1. Validation holds whole articles out, so that no context is in two parts; dev-v1.1.json is the test part.
/// Source: Rajpurkar, Zhang, Lopyrev, Liang, EMNLP 2016.
class Squad final : public Dataset {
public:
    explicit Squad(SquadOptions options) : options_(std::move(options)) {}
    Task load() const override;

private:
    SquadOptions options_;
};

}  // namespace hpnas
