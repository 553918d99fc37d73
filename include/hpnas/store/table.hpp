#pragma once
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "hpnas/search/candidate.hpp"

namespace hpnas {

/// One column of a stored table.
struct Column {
    using Values =
        std::variant<std::vector<double>, std::vector<std::int64_t>, std::vector<std::string>, std::vector<Encoding>>;
    std::string name;                   ///< dataset name: letters, digits, '_'
    std::string unit;                   ///< "ms", "1", "count", "%"; empty for text
    std::string doc;                    ///< stored as long_name
    Values values;                      ///< NaN = missing; encodings must all be of one length
    std::vector<std::string> meanings;  ///< of an enum column (int64): meanings[i] is what value i stands for
    int version = 0;                    ///< Quantity::version, stored unless 0
};

/// Equal-length columns that become one HDF5 group, e.g. {"ranking", ...}.
struct Table {
    std::string group;  ///< "ranking", "screening/survivors", "latency_table"
    std::string doc;
    std::vector<Column> columns;
};

/// @throws InternalError naming table and column if lengths differ or a name is empty or repeated.
void check_table(const Table& table);

}  // namespace hpnas
