#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "hpnas/config/options.hpp"
#include "hpnas/space/search_space.hpp"

namespace hpnas {

struct TabularOptions {
    std::vector<std::string> alphabets{};  ///< the symbols that stand at a position
    std::vector<std::int64_t> counts{};    ///< positions in a row with each alphabet; empty: one each
    bool ordered = false;
    void visit(OptionVisitor& v);
};

/// Words over given symbols, for results that were tabulated elsewhere: a strategy searches them, objective `table`
/// looks them up, and there is no network behind them. Notation: the symbols one after the other ("01201210").
/// Decisions "0", "1", ... have the symbol's digit as value, or its place in the alphabet if it has other symbols.
class TabularSpace final : public SearchSpace {
public:
    /// @throws ConfigError if there is no position, a symbol is no letter or digit or stands twice in its alphabet, or
    ///         `counts` has another length than `alphabets`
    explicit TabularSpace(const TabularOptions& options, const TaskShape& task = {});

    std::string_view name() const noexcept override { return "tabular"; }
    std::span<const Decision> decisions() const noexcept override { return decisions_; }
    bool has_networks() const noexcept override { return false; }

private:
    /// @throws EncodingError always
    Network do_decode(const Encoding& x) const override;
    Encoding do_parse(std::string_view arch) const override;
    std::string do_format(const Encoding& x) const override;
    std::string do_choice_text(std::size_t slot, std::size_t choice) const override;

    std::vector<std::string> alphabets_;  // [slots]
    std::vector<Decision> decisions_;
};

}  // namespace hpnas
