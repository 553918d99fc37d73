#include "hpnas/data/text_dataset.hpp"

#include "hpnas/data/packed_file.hpp"

namespace hpnas {

Task Trec::load() const { return make_text_task(read_trec(options_.path), options_.texts); }

Task Texts::load() const {
    const bool packed = is_packed(options_.path);
    return make_text_task(packed ? read_packed_texts(options_.path) : read_text_csv(options_.path, options_.columns),
                          options_.texts);
}

}  // namespace hpnas
