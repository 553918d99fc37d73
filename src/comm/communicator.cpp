#include "hpnas/comm/communicator.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstring>
#include <thread>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

constexpr int collective_tag = 0;
constexpr int spins_before_sleep = 64;
constexpr std::chrono::microseconds longest_sleep{200};

template <class T>
std::string_view as_bytes(std::span<const T> values) {
    return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

}  // namespace

Message Communicator::wait(Channel channel, int source, int tag) {
    std::chrono::microseconds sleep{10};
    for (int attempt = 0;; ++attempt) {
        if (auto message = do_poll(channel, source, tag)) return *std::move(message);
        if (attempt < spins_before_sleep) {
            std::this_thread::yield();
        } else {
            std::this_thread::sleep_for(sleep);
            sleep = std::min(2 * sleep, longest_sleep);
        }
    }
}

std::string Communicator::broadcast(std::string_view bytes, int root) {
    // Binomial tree over ranks counted from the root: a rank hears from its number less the highest set bit.
    const int n = size();
    const int place = (rank() - root + n) % n;
    int stride = 1;
    std::string received;
    if (place != 0) {
        while (2 * stride <= place) stride *= 2;
        received = wait(Channel::collectives, (place - stride + root) % n, collective_tag).bytes;
        bytes = received;
        stride *= 2;
    }
    for (; place + stride < n; stride *= 2)
        do_send(Channel::collectives, bytes, (place + stride + root) % n, collective_tag);
    return place == 0 ? std::string(bytes) : received;
}

std::vector<std::string> Communicator::gather(std::string_view bytes, int root) {
    std::vector<std::string> all;
    if (rank() != root) {
        do_send(Channel::collectives, bytes, root, collective_tag);
        return all;
    }
    for (int source = 0; source < size(); ++source)
        all.push_back(source == root ? std::string(bytes) : wait(Channel::collectives, source, collective_tag).bytes);
    return all;
}

std::vector<std::string> Communicator::all_gather(std::string_view bytes) {
    const std::vector<std::string> gathered = gather(bytes);
    std::string packed;
    for (const std::string& part : gathered) {
        const std::uint64_t length = part.size();
        packed.append(reinterpret_cast<const char*>(&length), sizeof length).append(part);
    }
    packed = broadcast(packed);
    std::vector<std::string> all;
    for (std::size_t at = 0; at < packed.size();) {
        std::uint64_t length = 0;
        std::memcpy(&length, packed.data() + at, sizeof length);
        all.push_back(packed.substr(at + sizeof length, length));
        at += sizeof length + length;
    }
    return all;
}

void Communicator::barrier() {
    gather({});
    broadcast({});
}

template <class T>
void Communicator::ordered_sum(std::span<T> values) {
    const std::vector<std::string> parts = gather(as_bytes(std::span<const T>(values)));
    std::vector<T> part(values.size());
    for (std::size_t r = 1; r < parts.size(); ++r) {
        if (parts[r].size() != values.size_bytes())
            throw CommError(
                fmt::format("sum: rank {} gave {} bytes, rank 0 {}", r, parts[r].size(), values.size_bytes()));
        parts[r].copy(reinterpret_cast<char*>(part.data()), values.size_bytes());
        for (std::size_t i = 0; i < values.size(); ++i) values[i] += part[i];
    }
    const std::string total = broadcast(as_bytes(std::span<const T>(values)));
    if (total.size() != values.size_bytes())
        throw CommError(
            fmt::format("sum: rank {} gave {} bytes, rank 0 {}", rank(), values.size_bytes(), total.size()));
    total.copy(reinterpret_cast<char*>(values.data()), values.size_bytes());
}

void Communicator::sum(std::span<double> values) { ordered_sum(values); }
void Communicator::sum(std::span<float> values) { ordered_sum(values); }

}  // namespace hpnas
