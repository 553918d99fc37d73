#include "hpnas/data/text_dataset.hpp"

namespace hpnas {

Task Trec::load() const { return make_text_task(read_trec(options_.path), options_.texts); }

Task Texts::load() const { return make_text_task(read_text_csv(options_.path, options_.columns), options_.texts); }

}  // namespace hpnas
