#include "hpnas/comm/tensor_broadcast.hpp"

#include <cstdint>
#include <cstring>
#include <type_traits>

namespace hpnas {
namespace {

template <class T>
std::string_view bytes_of(const std::vector<T>& values) {
    return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

template <class T>
NamedTensor tensor_of(const std::string& name, const std::string& bytes) {
    std::vector<T> values(bytes.size() / sizeof(T));
    std::memcpy(values.data(), bytes.data(), bytes.size());
    return {name, std::move(values)};
}

}  // namespace

std::vector<NamedTensor> broadcast_tensors(Communicator& comm, std::vector<NamedTensor> tensors, int root) {
    const bool sends = comm.rank() == root;
    const std::size_t count = std::stoul(comm.broadcast(std::to_string(tensors.size()), root));
    if (!sends) tensors.assign(count, {});
    for (NamedTensor& tensor : tensors) {
        const std::string name = comm.broadcast(tensor.name, root);
        const std::string kind = comm.broadcast(std::to_string(tensor.values.index()), root);
        const std::string bytes =
            comm.broadcast(std::visit([](const auto& values) { return bytes_of(values); }, tensor.values), root);
        if (sends) continue;
        tensor = kind == "0"   ? tensor_of<float>(name, bytes)
                 : kind == "1" ? tensor_of<double>(name, bytes)
                               : tensor_of<std::int64_t>(name, bytes);
    }
    return tensors;
}

}  // namespace hpnas
