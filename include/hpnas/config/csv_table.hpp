#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hpnas {

/// The cells of a comma-separated file as text, with the place each came from. A cell in double quotes may hold commas,
/// line ends and doubled quotes; blanks around unquoted cells are left out, and so are empty lines.
class CsvTable {
public:
    /// @throws DataError (no_input) if the file cannot be read; as parse
    static CsvTable load(const std::string& path);
    /// @param name  stands for the file in messages
    /// @throws DataError with file:line:column if a quote is not closed, a row has not as many cells as the header, a
    ///         name stands twice in the header, or there is no header
    static CsvTable parse(std::string_view text, std::string name);

    const std::string& name() const noexcept { return name_; }
    /// Of the file's bytes.
    std::uint64_t hash() const noexcept { return hash_; }
    std::size_t rows() const noexcept { return lines_.size(); }
    const std::vector<std::string>& header() const noexcept { return header_; }
    /// Position of a column. @throws ConfigError naming the file and its columns if there is none of this name
    std::size_t column(std::string_view name) const;
    const std::string& cell(std::size_t row, std::size_t column) const { return cells_[row * header_.size() + column]; }
    /// NaN if the cell is empty. @throws DataError with file:line:column if it holds no finite number
    double number(std::size_t row, std::size_t column) const;
    /// Where a row begins, from 1.
    std::size_t line(std::size_t row) const { return lines_[row]; }
    /// "nb.csv:17:3 (val_top1)": line of the row and number of the column, both from 1.
    std::string where(std::size_t row, std::size_t column) const;

private:
    std::string name_;
    std::uint64_t hash_ = 0;
    std::vector<std::string> header_;
    std::vector<std::string> cells_;  // [rows, columns]
    std::vector<std::size_t> lines_;  // [rows]
};

}  // namespace hpnas
