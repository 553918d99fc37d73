#include "hpnas/score/builtin.hpp"

namespace hpnas {

const Registry<Score>& scores() {
    static const Registry<Score> registry("score", {});
    return registry;
}

}  // namespace hpnas
