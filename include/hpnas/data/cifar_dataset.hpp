#pragma once
#include <string>
#include <utility>

#include "hpnas/data/cifar.hpp"
#include "hpnas/data/dataset.hpp"
#include "hpnas/data/split.hpp"

namespace hpnas {

struct CifarOptions {
    std::string path;
    SplitOptions split;

    void visit(OptionVisitor& v) {
        OptionInfo where{"path", "folder that holds the data set's binary files"};
        where.required = true;
        v.text(where, path);
        split.visit(v);
    }
};

/// CIFAR-10 or CIFAR-100 from its binary files; the training images are split into train and validation.
class CifarDataset : public Dataset {
public:
    CifarDataset(CifarKind kind, CifarOptions options) : kind_(kind), options_(std::move(options)) {}
    Task load() const override;

private:
    CifarKind kind_;
    CifarOptions options_;
};

class Cifar10 final : public CifarDataset {
public:
    explicit Cifar10(CifarOptions options) : CifarDataset(CifarKind::cifar10, std::move(options)) {}
};

class Cifar100 final : public CifarDataset {
public:
    explicit Cifar100(CifarOptions options) : CifarDataset(CifarKind::cifar100, std::move(options)) {}
};

}  // namespace hpnas
