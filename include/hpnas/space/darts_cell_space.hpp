#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "hpnas/config/options.hpp"
#include "hpnas/space/darts_cell.hpp"
#include "hpnas/space/search_space.hpp"

namespace hpnas {

/// The network around the cells.
struct DartsCellOptions {
    std::int64_t channels = 16;   ///< of the first cells; doubled by each of the two reductions
    std::int64_t cells = 8;       ///< reductions stand at cells / 3 and 2 cells / 3
    std::int64_t operations = 7;  ///< the first so many of DartsOperation
    std::string stem = "cifar";   ///< cifar: keeps the size; imagenet: divides it by 8
    double drop_path = 0;
    bool auxiliary = false;  ///< a second output [classes], from behind the second reduction, for training
    std::int64_t resolution = 0;  ///< 0: 32 (cifar) or 224 (imagenet), unless the task says
    void visit(OptionVisitor& v);
};

/// DARTS's cells with UNAS's factorised choice: every node has two slots, each with an input and an operation of its
/// own. Decisions "normal.node0.slot0.input", "normal.node0.slot0.op", ...: 32 of them. Notation: genotype_from_text.
/// Canonical form: the slots of a node in ascending order, since their sum has none. Source: Vahdat et al., CVPR 2020.
class DartsCellSpace final : public SearchSpace {
public:
    /// @throws ConfigError unless the resolution fits the stem and both reductions
    DartsCellSpace(const DartsCellOptions& options, const TaskShape& task);

    std::string_view name() const noexcept override { return "darts_cell"; }
    std::span<const Decision> decisions() const noexcept override { return decisions_; }
    DartsGenotype genotype(const Encoding& x) const;

private:
    Network do_decode(const Encoding& x) const override;
    Encoding do_canonical(const Encoding& x) const override;
    Encoding do_parse(std::string_view arch) const override;
    std::string do_format(const Encoding& x) const override;
    std::string do_choice_text(std::size_t slot, std::size_t choice) const override;

    DartsCellOptions options_;
    TaskShape task_;
    std::vector<Decision> decisions_;
};

}  // namespace hpnas
