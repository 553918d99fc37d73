#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hpnas/graph/network.hpp"
#include "hpnas/h5/file.hpp"
#include "hpnas/train/parameters.hpp"

namespace hpnas {

/// What a weights file says about its network besides the tensors, by name: "space" and "task" as YAML, "arch" and
/// "encoding" in the space's notation and as choice indices, metrics, normalisation, ...
using NetworkFacts = std::vector<std::pair<std::string, std::string>>;
/// Empty if there is none of that name.
std::string fact(const NetworkFacts& facts, std::string_view name);

/// Writes all parameters of a network as named tensors and replaces `path` atomically. Layout: src/export/README.md.
/// @param vocabulary  of a network of texts: the words, by token id
/// @throws StoreError (cannot_create, io)
void save_weights(const std::string& path, const Network& network, const Parameters& parameters,
                  const NetworkFacts& facts = {}, std::span<const std::string> vocabulary = {});

/// Reads all parameters of a network; they are unchanged if anything is wrong. Tensors may lie under /weights or at the
/// root, be of any number type, and convolutions may be in PyTorch's order if their attribute `layout` says so.
/// @throws StoreError: no_input if the file is missing; data with one line for each (of the first ten) tensors that is
/// missing, not the network's, of another shape, or not finite
NetworkFacts load_weights(const std::string& path, const Network& network, Parameters& parameters);

/// The facts alone, in alphabetical order. @throws StoreError
NetworkFacts read_network_facts(const std::string& path);
/// The words of a network of texts, by token id; empty if the file has none. @throws StoreError
std::vector<std::string> read_vocabulary(const std::string& path);

/// Opens a weights file, or one made by hand that names no schema. @throws StoreError: no_input if it is missing; data
/// if it is none, or of a newer version
h5::File open_weights_file(const std::string& path);
/// The group of its layers: /weights, or the root.
h5::Group tensors_of(const h5::File& file);
/// As read_vocabulary.
std::vector<std::string> vocabulary_of(const h5::File& file);

/// The same tensors as groups of a file that holds more, e.g. a training's checkpoint.
void write_weights(h5::Group& group, const Network& network, const Parameters& parameters);
void read_weights(const h5::Group& group, const Network& network, Parameters& parameters);

}  // namespace hpnas
