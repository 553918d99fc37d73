#include "hpnas/comm/communicator.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstring>
#include <thread>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

constexpr int collective_tag = 0;
constexpr std::size_t fewest_sliced = 4096;
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

// Few values travel to rank 0 and back. Many are cut into a slice per rank, which adds it up and sends it round: no
// rank moves more than twice the array, however many there are.
template <class T>
void Communicator::ordered_sum(std::span<T> values) {
    const auto n = static_cast<std::size_t>(size());
    const std::size_t slices = values.size() < fewest_sliced ? 1 : n;
    const auto slice = [&](std::size_t s) {
        const std::size_t begin = values.size() * s / slices, end = values.size() * (s + 1) / slices;
        return values.subspan(begin, end - begin);
    };
    const auto me = static_cast<std::size_t>(rank());
    for (std::size_t s = 0; s < slices; ++s)
        if (s != me)
            do_send(Channel::collectives, as_bytes(std::span<const T>(slice(s))), static_cast<int>(s), collective_tag);
    if (me < slices) add_in_rank_order(slice(me));
    for (std::size_t s = 0; s < slices; ++s)
        if (s != me) copy_checked(wait(Channel::collectives, static_cast<int>(s), collective_tag), slice(s));
}

/// Of every rank its part; then everybody gets the total.
template <class T>
void Communicator::add_in_rank_order(std::span<T> slice) {
    const std::vector<T> mine(slice.begin(), slice.end());
    std::vector<T> part(slice.size());
    for (int r = 0; r < size(); ++r) {
        if (r != rank()) copy_checked(wait(Channel::collectives, r, collective_tag), std::span(part));
        const std::vector<T>& from = r == rank() ? mine : part;
        for (std::size_t i = 0; i < slice.size(); ++i) slice[i] = r == 0 ? from[i] : slice[i] + from[i];
    }
    for (int r = 0; r < size(); ++r)
        if (r != rank()) do_send(Channel::collectives, as_bytes(std::span<const T>(slice)), r, collective_tag);
}

template <class T>
void Communicator::copy_checked(const Message& message, std::span<T> values) const {
    if (message.bytes.size() != values.size_bytes())
        throw CommError(fmt::format("sum: rank {} gave {} bytes, rank {} {}", message.source, message.bytes.size(),
                                    rank(), values.size_bytes()));
    message.bytes.copy(reinterpret_cast<char*>(values.data()), values.size_bytes());
}

void Communicator::sum(std::span<double> values) { ordered_sum(values); }
void Communicator::sum(std::span<float> values) { ordered_sum(values); }

}  // namespace hpnas
