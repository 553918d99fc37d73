#include "hpnas/app/shared_tensors.hpp"

#include <cstring>
#include <string>
#include <string_view>

#include "hpnas/comm/communicator.hpp"

namespace hpnas {
namespace {

template <class T>
void broadcast_values(Communicator& comm, std::vector<T>& values) {
    const std::string bytes = comm.broadcast({reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)});
    values.resize(bytes.size() / sizeof(T));
    if (!bytes.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
}

}  // namespace

std::vector<NamedTensor> broadcast_tensors(Communicator& comm, std::vector<NamedTensor> tensors) {
    tensors.resize(std::stoul(comm.broadcast(std::to_string(tensors.size()))));
    for (NamedTensor& tensor : tensors) {
        tensor.name = comm.broadcast(tensor.name);
        const std::string kind = comm.broadcast(std::to_string(tensor.values.index()));
        if (!comm.is_root()) {
            if (kind == "0") tensor.values = std::vector<float>();
            if (kind == "1") tensor.values = std::vector<double>();
            if (kind == "2") tensor.values = std::vector<std::int64_t>();
        }
        std::visit([&](auto& values) { broadcast_values(comm, values); }, tensor.values);
    }
    return tensors;
}

}  // namespace hpnas
