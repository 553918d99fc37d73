#pragma once
#include <vector>

#include "hpnas/op/operator.hpp"

namespace hpnas::testing {

/// Reference result of `op` on one or more samples, for examples calculated by hand.
inline ReferenceArgs by_hand(const OperatorPtr& op, const std::vector<Shape>& inputs,
                             std::vector<std::vector<double>> src, std::vector<std::vector<double>> parameters = {},
                             std::vector<double> diff_dst = {}) {
    ReferenceArgs args;
    args.batch = static_cast<std::int64_t>(src[0].size()) / inputs[0].count();
    args.inputs = inputs;
    args.src = std::move(src);
    args.parameters = std::move(parameters);
    args.diff_dst = std::move(diff_dst);
    op->reference(args);
    args.inputs = {};
    return args;
}

/// Message of the ShapeError that `call` throws; empty if it throws none.
template <class Call>
std::string shape_error(Call call) {
    try {
        call();
    } catch (const ShapeError& error) {
        return error.what();
    }
    return {};
}

inline Shape output_of(const OperatorPtr& op, const std::vector<Shape>& inputs) { return op->output_shape(inputs); }

}  // namespace hpnas::testing
