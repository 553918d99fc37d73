#include "random_draw.hpp"

#include <array>

#include "hpnas/core/hash.hpp"

namespace hpnas {
namespace {

kernel::DropoutKey key(std::uint64_t seed, const std::array<std::uint64_t, 3>& id) {
    return kernel::DropoutKey(Rng(seed, Purpose::dropout, hash64(std::as_bytes(std::span(id)))));
}

}  // namespace

std::int64_t sample_number(const StepContext& step, std::int64_t row) {
    return step.samples.empty() ? row : step.samples[static_cast<std::size_t>(row)];
}

kernel::DropoutKey step_key(const StepContext& step, std::uint64_t stream) {
    return key(step.seed, {stream, step.step, ~std::uint64_t{0}});
}

kernel::DropoutKey sample_key(const StepContext& step, std::uint64_t stream, std::int64_t row) {
    return key(step.seed, {stream, step.step, static_cast<std::uint64_t>(sample_number(step, row))});
}

}  // namespace hpnas
