#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace hpnas {

/// Pieces of words by id, as BERT's vocab.txt: one per line, id = line number from 0, UTF-8; pieces that continue a
/// word begin with "##". A regular value.
class Vocabulary {
public:
    /// @param source  for messages
    /// @throws DataError for a piece that is empty or there twice (with its line), or if [PAD], [UNK], [CLS] or [SEP]
    /// is
    ///         missing
    Vocabulary(std::vector<std::string> pieces, std::string source);
    /// @throws DataError (no_input if missing)
    static Vocabulary read(const std::string& path);
    /// The same of the lines themselves. @param source  stands for them in messages
    static Vocabulary parse(const std::string& lines, std::string source);
    /// @throws StoreError
    void write(const std::string& path) const;

    std::int64_t size() const noexcept { return static_cast<std::int64_t>(pieces_.size()); }
    const std::vector<std::string>& pieces() const noexcept { return pieces_; }
    const std::string& piece(std::int64_t id) const { return pieces_[static_cast<std::size_t>(id)]; }
    std::optional<std::int64_t> find(std::string_view piece) const;

    std::int64_t padding() const noexcept { return padding_; }      ///< [PAD]
    std::int64_t unknown() const noexcept { return unknown_; }      ///< [UNK]
    std::int64_t first() const noexcept { return first_; }          ///< [CLS]
    std::int64_t separator() const noexcept { return separator_; }  ///< [SEP]

private:
    std::int64_t special(std::string_view piece) const;

    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>()(text); }
    };
    std::vector<std::string> pieces_;
    std::string source_;
    std::unordered_map<std::string, std::int64_t, Hash, std::equal_to<>> ids_;
    std::int64_t padding_ = 0, unknown_ = 0, first_ = 0, separator_ = 0;
};

}  // namespace hpnas
