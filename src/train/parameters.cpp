#include "hpnas/train/parameters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "hpnas/core/error.hpp"
#include "hpnas/core/hash.hpp"
#include "hpnas/kernel/random_uniform.hpp"

namespace hpnas {
namespace {

/// Floats of a tensor with the gap to the next 64-byte boundary.
std::size_t padded(std::int64_t count) { return (static_cast<std::size_t>(count) + 15) / 16 * 16; }

/// Values drawn from one generator; pieces are filled in parallel, alike for any number of threads.
constexpr std::size_t piece = 4096;

/// The values are functions of seed and id.
void fill(std::span<float> values, const Initializer& initializer, std::uint64_t seed, std::uint64_t id) {
    const double a = initializer.a, b = initializer.b;
    switch (initializer.kind) {
        case Initializer::Kind::constant:
            std::ranges::fill(values, static_cast<float>(a));
            break;
        case Initializer::Kind::uniform:
            kernel::fill_uniform({seed, Purpose::initialisation, id, a, b}, values.data(),
                                 static_cast<std::int64_t>(values.size()));
            break;
        case Initializer::Kind::normal: {
            Rng rng(seed, Purpose::initialisation, id);
            for (float& value : values) value = static_cast<float>(a + b * rng.normal());
        }
    }
}

}  // namespace

Parameters::Parameters(const Network& network) {
    std::vector<Entry> running;
    for (NodeId id = 0; id < static_cast<NodeId>(network.nodes().size()); ++id) {
        const Node& node = network.node(id);
        if (node.op == nullptr) continue;
        int index = 0;
        for (ParameterSpec& spec : node.op->parameters(network.input_shapes(id))) {
            const bool trainable = spec.trainable();
            const std::string name = node.name + "." + spec.name;
            (trainable ? entries_ : running).push_back({name, id, index++, std::move(spec), 0});
        }
    }
    const std::size_t n_trainable = entries_.size();
    std::move(running.begin(), running.end(), std::back_inserter(entries_));
    std::size_t total = 0;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        if (i == n_trainable) trainable_ = total;
        entries_[i].offset = total;
        total += padded(entries_[i].spec.shape.count());
        if (!index_.emplace(entries_[i].name, i).second) {
            throw InternalError(fmt::format("two parameters are named '{}'", entries_[i].name));
        }
    }
    if (n_trainable == entries_.size()) trainable_ = total;
    values_.assign(total, 0.0F);
}

const Parameters::Entry* Parameters::find(std::string_view name) const noexcept {
    const auto found = index_.find(name);
    return found == index_.end() ? nullptr : &entries_[found->second];
}

std::span<float> Parameters::values(const Entry& entry) noexcept {
    return std::span(values_).subspan(entry.offset, static_cast<std::size_t>(entry.spec.shape.count()));
}

std::span<const float> Parameters::values(const Entry& entry) const noexcept {
    return std::span(values_).subspan(entry.offset, static_cast<std::size_t>(entry.spec.shape.count()));
}

void Parameters::initialize(std::uint64_t seed) {
    for (const Entry& entry : entries_) {
        const std::span<float> all = values(entry);
        const auto n_pieces = static_cast<std::int64_t>((all.size() + piece - 1) / piece);
#pragma omp parallel for schedule(static) if (n_pieces > 4)
        for (std::int64_t i = 0; i < n_pieces; ++i) {
            const auto first = static_cast<std::size_t>(i) * piece;
            const std::uint64_t id = hash64(entry.name, static_cast<std::uint64_t>(i));
            fill(all.subspan(first, std::min(piece, all.size() - first)), entry.spec.initializer, seed, id);
        }
    }
}

}  // namespace hpnas
