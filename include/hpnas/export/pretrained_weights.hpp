#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "hpnas/core/shape.hpp"
#include "hpnas/graph/network.hpp"
#include "hpnas/train/parameters.hpp"

namespace hpnas {

struct AttentionInput;

/// Trained weights of a large network, of which smaller ones of the same kind take slices: the first layers, and of
/// every tensor the leading part in each dimension. Where one linear layer makes the queries, keys and values of an
/// attention, each of the three is sliced by itself, so that the first heads stay whole. A value; slices refer to it.
/// Sources: Intel DE-NAS (BERT); Chen et al., AutoFormer, ICCV 2021.
class PretrainedWeights {
public:
    /// Reads all tensors of a weights file into memory. @throws StoreError: no_input if it is missing; data if it is no
    /// weights file or holds values that are not finite
    explicit PretrainedWeights(std::string path);

    const std::string& path() const noexcept { return path_; }
    /// Of names, shapes and values.
    std::uint64_t hash() const noexcept { return hash_; }
    std::size_t size() const noexcept { return tensors_.size(); }
    /// The words that token ids stand for, by id; empty if the file does not say.
    const std::vector<std::string>& vocabulary() const noexcept { return vocabulary_; }

private:
    friend class WeightSlices;
    struct Tensor {
        Shape shape;
        std::vector<float> values;
        std::string layout;      ///< its dimensions in words; empty: the file does not say
        std::int64_t heads = 0;  ///< of the attention that reads the layer's output; 0: none, or the file does not say
    };

    std::string path_;
    std::map<std::string, Tensor, std::less<>> tensors_;  // by "layer/parameter"
    std::vector<std::string> vocabulary_;
    std::uint64_t hash_ = 0;
};

/// The part of pretrained weights that one network takes. Layers under the scope "head" may start anew: those that the
/// weights lack, and a last linear layer of another number of outputs. Every other tensor must be there, of the same
/// rank and at least as large. Tables of embeddings and positions give their first rows; linear layers, layer norms,
/// class tokens and ungrouped convolutions their first channels; heads must be as wide, and all else (kernels, relative
/// positions, batch norms, squeeze-and-excitation) must have the same shape.
class WeightSlices {
public:
    /// @param weights  must outlive this
    /// @throws StoreError (data) with one line for each (of the first ten) tensors of the network that cannot be taken
    WeightSlices(const PretrainedWeights& weights, const Network& network);

    /// Sets the tensors that are taken and leaves the others as they are.
    /// @param to  of the network, or of one that a pass made of it
    void copy_to(Parameters& to) const;
    std::size_t size() const noexcept { return slices_.size(); }
    /// Names of the network's tensors that start anew, "head.fc.weight".
    const std::vector<std::string>& fresh() const noexcept { return fresh_; }

private:
    using Tensor = PretrainedWeights::Tensor;
    struct Slice {
        const Tensor* from = nullptr;
        Shape shape;
        std::int64_t parts = 1;  ///< equal ones of the first dimension, sliced each by itself
    };
    static bool starts_anew(const Network& network, NodeId id, const ParameterSpec& spec, const Tensor* from);
    static std::string mistake_in(const Node& node, const ParameterSpec& spec, const AttentionInput& read,
                                  const Tensor* from);

    std::map<std::string, Slice, std::less<>> slices_;  // by the parameter's name
    std::vector<std::string> fresh_;
};

/// "bert_base.h5: 197 of 199 tensors taken; new: head.fc.weight, head.fc.bias".
std::string summary(const PretrainedWeights& weights, const WeightSlices& slices);

}  // namespace hpnas
