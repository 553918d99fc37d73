#pragma once
#include <cstdint>
#include <hpnas/kernel/batch_norm.hpp>
#include <hpnas/kernel/convolution.hpp>
#include <hpnas/kernel/linear.hpp>
#include <hpnas/kernel/pooling.hpp>
#include <hpnas/kernel/squeeze_excite.hpp>
#include <vector>

/// Every kernel once more, in double precision and as plain loops: the oracle that tests compare the fast kernels with,
/// and a readable definition of what they compute. Slow. Sizes are not checked.
namespace hpnas::kernel::reference {

using Values = std::vector<double>;

double activation(Activation kind, double x);
/// f'(x); 0 at the kink of relu.
double activation_derivative(Activation kind, double x);
Values activation_forward(Activation kind, const Values& src);
Values activation_backward(Activation kind, const Values& src, const Values& diff_dst);

/// `bias` may be empty.
Values convolution_forward(const ConvolutionShape& shape, const Values& src, const Values& weights, const Values& bias);
Values convolution_backward_data(const ConvolutionShape& shape, const Values& diff_dst, const Values& weights);
Values convolution_backward_weights(const ConvolutionShape& shape, const Values& src, const Values& diff_dst);
/// [k]: sum over samples and positions; `rows` x `k` is the shape of diff_dst.
Values bias_backward(const Values& diff_dst, std::int64_t k);

/// shape.bias and shape.activation are honoured; `bias` may be empty.
Values matmul(const MatmulShape& shape, const Values& a, const Values& b, const Values& bias);

struct BatchNormInput {
    Values src, gamma, beta;
    Values residual;        ///< empty without residual
    Values mean, variance;  ///< of the batch (training, see batch_statistics) or running (evaluation)
};
/// Mean and biased variance per channel.
void batch_statistics(const BatchNormShape& shape, const Values& src, Values& mean, Values& variance);
Values batch_norm_forward(const BatchNormShape& shape, const BatchNormInput& input);
struct BatchNormGradients {
    Values src, gamma, beta, residual;
};
/// @param training  mean and variance depend on src
BatchNormGradients batch_norm_backward(const BatchNormShape& shape, const BatchNormInput& input, const Values& diff_dst,
                                       bool training);

struct SqueezeExciteInput {
    Values src, reduce, reduce_bias, expand, expand_bias;
};
Values squeeze_excite_forward(const SqueezeExciteShape& shape, const SqueezeExciteInput& input);
/// Gradients of all five, in the same order.
SqueezeExciteInput squeeze_excite_backward(const SqueezeExciteShape& shape, const SqueezeExciteInput& input,
                                           const Values& diff_dst);

Values global_average_pool_forward(const Values& src, std::int64_t n, std::int64_t spatial, std::int64_t c);
Values global_average_pool_backward(const Values& diff_dst, std::int64_t n, std::int64_t spatial, std::int64_t c);
Values pooling_forward(const PoolingShape& shape, const Values& src);
Values pooling_backward(const PoolingShape& shape, const Values& src, const Values& diff_dst);

/// Loss per sample [n].
Values cross_entropy(const Values& logits, const Values& targets, std::int64_t n, std::int64_t classes);
/// Gradient of the sum of losses.
Values cross_entropy_backward(const Values& logits, const Values& targets, std::int64_t n, std::int64_t classes);

}  // namespace hpnas::kernel::reference
