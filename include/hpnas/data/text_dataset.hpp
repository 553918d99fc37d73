#pragma once
#include <string>
#include <utility>

#include "hpnas/data/dataset.hpp"
#include "hpnas/data/text_task.hpp"

namespace hpnas {

struct TrecOptions {
    std::string path;
    TextTaskOptions texts;

    void visit(OptionVisitor& v) {
        OptionInfo where{"path",
                         "folder that holds TREC.train.all and TREC.test.all, or train_5500.label and TREC_10.label"};
        where.required = true;
        v.text(where, path);
        texts.visit(v);
    }
};

/// TREC question classification: six coarse classes.
class Trec final : public Dataset {
public:
    explicit Trec(TrecOptions options) : options_(std::move(options)) {}
    Task load() const override;

private:
    TrecOptions options_;
};

struct TextFileOptions {
    std::string path;
    TextColumns columns;
    TextTaskOptions texts;

    void visit(OptionVisitor& v) {
        OptionInfo where{"path", "CSV file with a header, or a file that `hpnas data pack` made"};
        where.required = true;
        v.text(where, path);
        v.text({"text_column", "CSV: column of the texts"}, columns.text);
        v.text({"second_column", "CSV: column of the second texts of pairs; empty: single texts"}, columns.second);
        v.text({"label_column", "CSV: column of the classes"}, columns.label);
        v.text({"split_column", "CSV: column that says train, validation or test; all are to train if there is none"},
               columns.split);
        texts.visit(v);
    }
};

/// Texts of the user's own.
class Texts final : public Dataset {
public:
    explicit Texts(TextFileOptions options) : options_(std::move(options)) {}
    Task load() const override;

private:
    TextFileOptions options_;
};

}  // namespace hpnas
